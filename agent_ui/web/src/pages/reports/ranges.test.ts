import { expect, test } from 'vitest'
import { dayIn, daysOf, RANGES } from './ranges'

test.each([
  ['today', '2026-03-04', '2026-03-04', '2026-03-04'],
  ['yesterday', '2026-03-01', '2026-02-28', '2026-02-28'],
  ['this_week', '2026-11-22', '2026-11-16', '2026-11-22'],
  ['last_week', '2026-11-22', '2026-11-09', '2026-11-15'],
  ['this_month', '2026-11-22', '2026-11-01', '2026-11-22'],
  ['last_month', '2026-01-31', '2025-12-01', '2025-12-31'],
  ['last_7', '2026-11-22', '2026-11-16', '2026-11-22'],
  ['last_30', '2026-11-22', '2026-10-24', '2026-11-22'],
  ['this_year', '2026-11-22', '2026-01-01', '2026-11-22'],
] as const)('%s of %s', (range, today, first, last) => {
  expect(daysOf(range, today)).toEqual({ first, last })
})

test('a day is that of the time zone', () => {
  const at = new Date('2026-11-22T16:30:00Z')
  expect([dayIn('Asia/Shanghai', at), dayIn('Europe/London', at)]).toEqual(['2026-11-23', '2026-11-22'])
  expect(RANGES).toHaveLength(9)
})
