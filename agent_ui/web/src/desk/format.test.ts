import { describe, expect, it } from 'vitest'
import { duration, phoneNumber, secondsBetween, when } from './format'

describe('duration', () => {
  it('has minutes always, hours when there are any, and is never negative', () => {
    expect([0, 5, 65, 3665, -3].map(duration)).toEqual(['00:00', '00:05', '01:05', '1:01:05', '00:00'])
  })
})

describe('secondsBetween', () => {
  it('is zero without a start', () => {
    expect(secondsBetween('1970-01-01T00:00:10Z', 15_000)).toBe(5)
    expect(secondsBetween(null, 15_000)).toBe(0)
    expect(secondsBetween('nonsense', 15_000)).toBe(0)
  })
})

describe('phoneNumber', () => {
  it('groups Chinese numbers and leaves the rest', () => {
    expect(phoneNumber('+8613800138000')).toBe('+86 138 0013 8000')
    expect(phoneNumber('+862161234567')).toBe('+86 21 6123 4567')
    expect(phoneNumber('+4930123456')).toBe('+4930123456')
    expect(phoneNumber('10086')).toBe('10086')
    expect(phoneNumber(null)).toBe('')
  })
})

describe('when', () => {
  const today = new Date(2026, 10, 22, 12, 0).getTime()
  it('shows the time today and the day otherwise', () => {
    expect(when(new Date(2026, 10, 22, 9, 5).toISOString(), 'en', today)).toBe('09:05')
    expect(when(new Date(2026, 2, 1).toISOString(), 'en', today)).toBe('Mar 1')
    expect(when(new Date(2024, 2, 1).toISOString(), 'en', today)).toBe('Mar 1, 2024')
    expect(when(null, 'en', today)).toBe('')
    expect(when('nonsense', 'en', today)).toBe('')
  })
})
