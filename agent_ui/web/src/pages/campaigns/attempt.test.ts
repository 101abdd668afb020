import { describe, expect, it } from 'vitest'
import { campaigns } from '@/i18n/en/campaigns'
import { secondsBetween, VERDICTS } from './attempt'

describe('an attempt', () => {
  it('lasted from one moment to another, if both were', () => {
    expect(secondsBetween('2026-11-23T09:00:00Z', '2026-11-23T09:00:12.5Z')).toBe(12.5)
    expect(secondsBetween(null, '2026-11-23T09:00:12Z')).toBeNull()
    expect(secondsBetween('2026-11-23T09:00:12Z', null)).toBeNull()
  })

  it('came to something that has a word', () => {
    expect([...VERDICTS].sort()).toEqual(Object.keys(campaigns.verdicts).sort())
  })
})
