// The filters of the call log, and how they stand in the page's address.
import type { CallFilter } from '@/api/calls'

export interface Filters {
  /** First and last day, both included, as local days "2026-11-22". */
  days: [string, string] | null
  agent_id: number | null
  queue_id: number | null
  number: string
  result: string
  tag: string
}

export const RESULTS = ['answered', 'abandoned', 'voicemail', 'other'] as const

export function noFilters(): Filters {
  return { days: null, agent_id: null, queue_id: null, number: '', result: '', tag: '' }
}

export function isFiltered(filters: Filters): boolean {
  return JSON.stringify(filters) !== JSON.stringify(noFilters())
}

/** Local midnights: the day after the last one is where the range ends. */
export function toApi({ days, number, ...rest }: Filters): CallFilter {
  return { ...rest, number: number.trim(), from: days && midnight(days[0], 0), to: days && midnight(days[1], 1) }
}

function midnight(day: string, later: number): string | null {
  const [year, month, date] = day.split('-').map(Number)
  if (!year || !month || !date) return null
  return new Date(year, month - 1, date + later).toISOString()
}

type Query = Record<string, unknown>

export function toQuery(filters: Filters): Record<string, string> {
  const query: Record<string, string> = {}
  if (filters.days) [query.from, query.to] = filters.days as [string, string]
  if (filters.agent_id !== null) query.agent = String(filters.agent_id)
  if (filters.queue_id !== null) query.queue = String(filters.queue_id)
  if (filters.number.trim() !== '') query.number = filters.number.trim()
  if (filters.result !== '') query.result = filters.result
  if (filters.tag !== '') query.tag = filters.tag
  return query
}

/** Whatever stands in an address by hand: what is not understood is left out. */
export function fromQuery(query: Query): Filters {
  const text = (key: string) => (typeof query[key] === 'string' ? query[key] : '')
  const id = (key: string) => (/^\d{1,15}$/.test(text(key)) ? Number(text(key)) : null)
  const isDay = (day: string) => /^\d{4}-\d{2}-\d{2}$/.test(day)
  const [from, to] = [text('from'), text('to')]
  return {
    days: isDay(from) && isDay(to) ? [from, to] : null,
    agent_id: id('agent'),
    queue_id: id('queue'),
    number: text('number'),
    result: RESULTS.some((result) => result === text('result')) ? text('result') : '',
    tag: /^[a-z0-9_]{1,63}$/.test(text('tag')) ? text('tag') : '',
  }
}
