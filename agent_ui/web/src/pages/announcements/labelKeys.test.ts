import { describe, expect, it } from 'vitest'
import { ANNOUNCEMENT_LABELS } from '@/api/announcements'
import { keyOf, labelOfKey, labelText } from './labelKeys'

describe('keys of labels', () => {
  it('gives each label one of its own, and knows it again', () => {
    const keys = ANNOUNCEMENT_LABELS.map(keyOf)
    expect(new Set(keys).size).toBe(ANNOUNCEMENT_LABELS.length)
    expect(keys.map(labelOfKey)).toEqual([...ANNOUNCEMENT_LABELS])
    expect(labelOfKey('M')).toBe(labelOfKey('m'))
  })
  it('chooses none by any other key', () => {
    expect(['Enter', ' ', 'q', ''].map(labelOfKey)).toEqual([null, null, null, null])
  })
  it('says a label that it does not know as it is written', () => {
    const known = (key: string) => key === 'announcements.labels.empty'
    expect(labelText('empty', () => 'Empty', known)).toBe('Empty')
    expect(labelText('newer', () => 'x', known)).toBe('newer')
  })
})
