// Days by name, counted from a day of the installation.
import type { ReportDays } from '@/api/reports'

export const RANGES = ['today', 'yesterday', 'this_week', 'last_week', 'this_month', 'last_month', 'last_7', 'last_30', 'this_year'] as const
export type Range = (typeof RANGES)[number]

function iso(day: Date): string {
  return day.toISOString().slice(0, 10)
}

function utc(year: number, month: number, day: number): Date {
  return new Date(Date.UTC(year, month, day))
}

/** `today` as "2026-11-22"; weeks begin on Monday. */
export function daysOf(range: Range, today: string): ReportDays {
  const at = new Date(`${today}T00:00:00Z`)
  const [year, month, day] = [at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate()]
  const ago = (days: number) => utc(year, month, day - days)
  const weekday = (at.getUTCDay() + 6) % 7
  const spans: Record<Range, [Date, Date]> = {
    today: [at, at],
    yesterday: [ago(1), ago(1)],
    this_week: [ago(weekday), at],
    last_week: [ago(weekday + 7), ago(weekday + 1)],
    this_month: [utc(year, month, 1), at],
    last_month: [utc(year, month - 1, 1), utc(year, month, 0)],
    last_7: [ago(6), at],
    last_30: [ago(29), at],
    this_year: [utc(year, 0, 1), at],
  }
  const [first, last] = spans[range]
  return { first: iso(first), last: iso(last) }
}

/** The day that a moment lies in, in a time zone. */
export function dayIn(zone: string, at: Date): string {
  const parts = new Intl.DateTimeFormat('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' })
  return parts.format(at)
}
