// Opening hours as people type them and as the flow stores them ("09:00-12:00", "2026-10-01/2026-10-07").

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
