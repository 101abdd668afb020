// A campaign's own hours: seven days from Monday as the server has them, days by name as people edit them.
import { type Day, DAYS } from '../admin/flows/calendar'
import type { JsonValue } from '../admin/flows/json'

export type OwnHours = [string, string][][]

export function weekOf(hours: OwnHours): Record<string, string[]> {
  const open = hours.map((spans, day): [Day, string[]] => [DAYS[day]!, spans.map((span) => span.join('-'))])
  return Object.fromEntries(open.filter(([, spans]) => spans.length > 0))
}

export function hoursOf(week: Record<string, JsonValue>): OwnHours {
  return DAYS.map((day) => {
    const spans = week[day]
    return Array.isArray(spans) ? spans.map((span) => String(span).split('-') as [string, string]) : []
  })
}
