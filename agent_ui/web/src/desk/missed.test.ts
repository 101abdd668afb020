import { describe, expect, it } from 'vitest'
import { joined, type MissedCall } from './missed'

const call = (callId: string, at: string, name = ''): MissedCall => ({ callId, at, name, number: null, queue: '' })

describe('calls that rang here in vain', () => {
  it('are those of the log and those that the tab has seen, each once, the newest first', () => {
    const logged = [call('c3', '2026-03-02T09:03:00Z', 'Ann'), call('c1', '2026-03-02T09:01:00Z')]
    const seen = [call('c4', '2026-03-02T09:04:00Z'), call('c3', '2026-03-02T09:03:01Z')]
    expect(joined(logged, seen).map(({ callId, name }) => callId + name)).toEqual(['c4', 'c3Ann', 'c1'])
  })

  it('are no more than a screen has room for', () => {
    const many = Array.from({ length: 30 }, (_, at) => call(`c${at}`, `2026-03-02T09:${10 + at}:00Z`))
    expect(joined(many, []).map(({ callId }) => callId).slice(0, 2)).toEqual(['c29', 'c28'])
    expect(joined(many, many)).toHaveLength(20)
  })
})
