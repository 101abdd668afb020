// Business hours: what is set up, what somebody switched by hand, and what holds at a moment.
import type { JsonValue } from '@/pages/admin/flows/json'
import { api } from './client'
import type { Page } from './page'

export type CalendarDocument = Record<string, JsonValue>
export type Opening = 'open' | 'closed' | 'holiday'
export type Because = 'switched' | 'special' | 'holiday' | 'weekly'

export interface Verdict {
  opening: Opening
  because: Because
  /** The holiday's or special day's. */
  name: string
  /** When it changes; null: not within weeks. */
  until: string | null
}

export interface PlannedDay {
  day: string
  because: Because
  name: string
  /** Minutes after midnight; an end before its beginning is on the next day. */
  spans: [number, number][]
}

export interface Look extends Verdict {
  /** The wall clock of the calendar's zone. */
  local: string
  week: PlannedDay[]
}

export interface Calendar {
  id: number
  name: string
  body: CalendarDocument
  switched: 'open' | 'closed' | null
  switched_until: string | null
  switched_at: string | null
  switched_by: string | null
  switched_note: string
  version: number
  /** Null if it cannot be read. */
  now: Verdict | null
  queues: string[]
  numbers: string[]
}

export interface DayOff {
  first: string
  last: string
  name: string
  /** With hours it is worked. */
  spans: string[]
}

export interface HolidayList {
  days: DayOff[]
  unread: { line: number; code: string; text: string }[]
}

export interface CalendarBody {
  version?: number
  name: string
  body: CalendarDocument
}

export async function listCalendars(signal?: AbortSignal): Promise<Calendar[]> {
  return (await api.get<Page<Calendar>>('/calendars', { signal })).items
}

export function createCalendar(body: CalendarBody): Promise<Calendar> {
  return api.post<Calendar>('/calendars', body)
}

export function changeCalendar(id: number, body: CalendarBody): Promise<Calendar> {
  return api.put<Calendar>(`/calendars/${id}`, body)
}

export function deleteCalendar(id: number): Promise<void> {
  return api.delete(`/calendars/${id}`)
}

export function switchCalendar(id: number, to: 'open' | 'closed' | null, until: string | null, note: string): Promise<Calendar> {
  return api.post<Calendar>(`/calendars/${id}/switch`, { to, until, note })
}

export function lookAtCalendar(body: CalendarDocument, at: string | null): Promise<Look> {
  return api.post<Look>('/calendars/look', { body, at })
}

export function readHolidays(text: string): Promise<HolidayList> {
  return api.post<HolidayList>('/calendars/holidays', { text })
}
