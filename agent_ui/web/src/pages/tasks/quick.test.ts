import { expect, it } from 'vitest'
import { quickTimes } from './quick'

function of(now: Date): Record<string, string> {
  return Object.fromEntries(quickTimes(now).map(({ key, at }) => [key, `${at.getMonth() + 1}-${at.getDate()} ${at.getHours()}:${String(at.getMinutes()).padStart(2, '0')}`]))
}

it('offers what is ahead, to a round time', () => {
  // a Wednesday
  expect(of(new Date(2026, 10, 25, 9, 2))).toEqual({
    in_quarter: '11-25 9:20',
    in_hour: '11-25 10:05',
    afternoon: '11-25 15:00',
    tomorrow_morning: '11-26 10:00',
    tomorrow_afternoon: '11-26 15:00',
    next_monday: '11-30 10:00',
  })
})

it('does not offer an afternoon that is over, nor the same time twice', () => {
  expect(of(new Date(2026, 10, 25, 15, 0))).not.toHaveProperty('afternoon')
  // a Sunday: tomorrow morning is Monday's
  expect(of(new Date(2026, 10, 29, 20, 0))).toEqual({ in_quarter: '11-29 20:15', in_hour: '11-29 21:00', tomorrow_morning: '11-30 10:00', tomorrow_afternoon: '11-30 15:00' })
  // a Monday: the next one, not today
  expect(of(new Date(2026, 10, 30, 20, 0)).next_monday).toBe('12-7 10:00')
})
