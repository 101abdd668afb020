// Takes a list of holidays into a calendar: what is already there stays, a day that comes again is replaced.
import type { CalendarDocument, DayOff } from '@/api/calendars'
import { holidayEntry, rangeText, readHoliday, specialEntry } from '../flows/calendar'
import type { JsonValue } from '../flows/json'

export function withDaysOff(body: CalendarDocument, days: DayOff[]): CalendarDocument {
  const off = days.filter(({ spans }) => spans.length === 0)
  const worked = days.filter(({ spans }) => spans.length > 0)
  const ranges = new Set(off.map(({ first, last }) => rangeText([first, last])))
  const present: JsonValue[] = Array.isArray(body.holidays) ? body.holidays : []
  const kept = present.filter((entry) => !ranges.has(rangeText(readHoliday(entry).range)))
  const holidays = [...kept, ...off.map(({ first, last, name }) => holidayEntry({ range: [first, last], name }))]
  holidays.sort((a, b) => (readHoliday(a).range[0] < readHoliday(b).range[0] ? -1 : 1))
  const special = { ...(isTable(body.special) ? body.special : {}) }
  for (const { first, last, name, spans } of worked)
    for (const day of daysBetween(first, last)) special[day] = specialEntry({ spans, name })
  return { ...body, holidays, special }
}

function isTable(value: JsonValue | undefined): value is Record<string, JsonValue> {
  return value !== null && typeof value === 'object' && !Array.isArray(value)
}

function daysBetween(first: string, last: string): string[] {
  const days: string[] = []
  for (let at = Date.parse(`${first}T00:00Z`); at <= Date.parse(`${last}T00:00Z`); at += 86_400_000)
    days.push(new Date(at).toISOString().slice(0, 10))
  return days
}
