import { describe, expect, it } from 'vitest'
import { whyNotAnswer, whyNotReady, whyNotSound, whyNotTell, type Seat } from './why'

const WELL: Seat = { isLive: true, hasPhone: true, isReachable: true, hasLeg: true, isElsewhere: false, isRefused: false }

describe('why a button cannot be pressed', () => {
  it('is nothing while all is well', () => {
    expect([whyNotReady(WELL), whyNotAnswer(WELL), whyNotTell(WELL), whyNotSound(WELL)]).toEqual([null, null, null, null])
  })

  it('names the cause that comes first', () => {
    expect(whyNotReady({ ...WELL, isLive: false, hasPhone: false, isReachable: false })).toBe('offline')
    expect(whyNotReady({ ...WELL, hasPhone: false, isReachable: false })).toBe('otherTab')
    expect(whyNotReady({ ...WELL, isReachable: false })).toBe('phone')
  })

  it('needs no Callroom for an answer', () => {
    expect(whyNotAnswer({ ...WELL, isLive: false, isReachable: false })).toBeNull()
    expect(whyNotAnswer({ ...WELL, hasPhone: false })).toBe('otherTab')
    expect(whyNotAnswer({ ...WELL, hasLeg: false })).toBe('phone')
  })

  it('needs the tab with the telephone for its sound, and nothing else', () => {
    expect(whyNotSound({ ...WELL, hasPhone: false })).toBe('otherTab')
    expect(whyNotSound({ ...WELL, isLive: false, isReachable: false, hasLeg: false })).toBeNull()
  })

  it('is at another telephone that a call is answered, and by the server that it is muted', () => {
    const there = { ...WELL, hasPhone: false, isElsewhere: true }
    expect([whyNotReady(there), whyNotAnswer(there), whyNotSound(there)]).toEqual([null, 'elsewhere', null])
    expect(whyNotSound({ ...there, isLive: false })).toBe('offline')
  })

  it('is a telephone that the dial rules do not let be called, whatever else', () => {
    expect(whyNotReady({ ...WELL, isElsewhere: true, isReachable: false, isRefused: true })).toBe('refused')
  })

  it('needs Callroom for what the server must be told', () => {
    expect(whyNotTell({ ...WELL, isLive: false })).toBe('offline')
  })
})
