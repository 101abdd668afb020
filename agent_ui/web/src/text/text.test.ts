import { describe, expect, it } from 'vitest'
import { durationText } from './duration'
import { dayText, preciseClock, shortMoment } from './moment'
import { dialText, phoneText } from './phone'

describe('durationText', () => {
  it('writes minutes, and hours only when there are any', () => {
    expect([0, 7.4, 59.6, 750, 3723].map(durationText)).toEqual(['0:00', '0:07', '1:00', '12:30', '1:02:03'])
  })

  it('says when there is none', () => {
    expect([null, undefined, Number.NaN].map(durationText)).toEqual(['–', '–', '–'])
  })
})

describe('phoneText', () => {
  it('groups what it knows and leaves the rest', () => {
    expect(['+8613800138000', 'cn:95588', '4001', 'anonymous'].map(phoneText)).toEqual(['+86 138 0013 8000', '95588', '4001', 'anonymous'])
  })

  it('dials digits only', () => {
    expect(dialText('+86 138-0013 8000')).toBe('+8613800138000')
    expect(dialText('cn:95588')).toBe('95588')
  })
})

describe('shortMoment', () => {
  const words = { today: 'Today', yesterday: 'Yesterday' }
  const now = new Date(2026, 2, 21, 15, 0)
  const at = (...parts: [number, number, number, number, number]) => new Date(...parts).toISOString()

  it('names the near days and shortens the rest', () => {
    expect(shortMoment(at(2026, 2, 21, 0, 5), now, words)).toBe('Today 00:05')
    expect(shortMoment(at(2026, 2, 20, 23, 59), now, words)).toBe('Yesterday 23:59')
    expect(shortMoment(at(2026, 0, 2, 9, 7), now, words)).toBe('01-02 09:07')
    expect(shortMoment(at(2025, 11, 31, 9, 7), now, words)).toBe('2025-12-31 09:07')
    expect(shortMoment('soon', now, words)).toBe('soon')
  })

  it('is exact in logs', () => {
    expect(preciseClock(new Date(2026, 2, 21, 9, 7, 3, 45).toISOString())).toBe('09:07:03.045')
    expect(dayText(at(2026, 2, 1, 0, 0))).toBe('2026-03-01')
  })
})
