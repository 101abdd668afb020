// Opening hours as people type them and as a calendar stores them ("09:00-12:00", "2026-10-01/2026-10-07"). A day with a
// name is an object, one without the bare value.
import type { JsonValue } from './json'

export const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const
export type Day = (typeof DAYS)[number]

const SPAN = /^(\d{1,2})[:：](\d{2})\s*[-–—~～至]\s*(\d{1,2})[:：](\d{2})$/

/** `bad` is the first part that is no span; 24:00 is midnight at the end of the day. */
export function readSpans(text: string): { spans: string[]; bad: string | null } {
  const parts = text.split(/[,，、;；]/).map((part) => part.trim())
  const spans: string[] = []
  for (const part of parts.filter((part) => part !== '')) {
    const span = readSpan(part)
    if (span === null) return { spans: [], bad: part }
    spans.push(span)
  }
  return { spans, bad: null }
}

function readSpan(text: string): string | null {
  const hit = SPAN.exec(text)
  if (hit === null) return null
  const [from, until] = [Number(hit[1]) * 60 + Number(hit[2]), Number(hit[3]) * 60 + Number(hit[4])]
  if (Number(hit[2]) > 59 || Number(hit[4]) > 59 || from >= 1440 || until > 1440) return null
  return `${hit[1]!.padStart(2, '0')}:${hit[2]}-${hit[3]!.padStart(2, '0')}:${hit[4]}`
}

export function spansText(value: unknown): string {
  return Array.isArray(value) ? value.map(String).join(', ') : ''
}

export function readRange(text: string): [string, string] {
  const [first = '', last = first] = text.split('/')
  return [first, last]
}

export function rangeText([first, last]: readonly [string, string]): string {
  return first === last ? first : `${first}/${last}`
}

export interface Holiday {
  range: [string, string]
  name: string
}

export function readHoliday(entry: JsonValue): Holiday {
  if (isNamed(entry)) return { range: readRange(String(entry.day ?? '')), name: nameOf(entry) }
  return { range: readRange(String(entry)), name: '' }
}

export function holidayEntry({ range, name }: Holiday): JsonValue {
  return name.trim() === '' ? rangeText(range) : { day: rangeText(range), name: name.trim() }
}

export interface SpecialDay {
  spans: string[]
  name: string
}

export function readSpecial(entry: JsonValue): SpecialDay {
  const spans = isNamed(entry) ? entry.spans : entry
  return { spans: Array.isArray(spans) ? spans.map(String) : [], name: isNamed(entry) ? nameOf(entry) : '' }
}

export function specialEntry({ spans, name }: SpecialDay): JsonValue {
  return name.trim() === '' ? spans : { spans, name: name.trim() }
}

function isNamed(entry: JsonValue | undefined): entry is Record<string, JsonValue> {
  return entry !== null && typeof entry === 'object' && !Array.isArray(entry)
}

function nameOf(entry: Record<string, JsonValue>): string {
  return typeof entry.name === 'string' ? entry.name : ''
}
