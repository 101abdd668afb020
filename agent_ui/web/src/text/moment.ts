// Points in time in the reader's zone: short for today and this year, whole in the tooltip.
const DAY_MS = 86_400_000

export interface Words {
  today: string
  yesterday: string
}

function midnight(at: Date): number {
  return new Date(at.getFullYear(), at.getMonth(), at.getDate()).getTime()
}

function clock(at: Date): string {
  return `${pair(at.getHours())}:${pair(at.getMinutes())}`
}

function pair(value: number): string {
  return String(value).padStart(2, '0')
}

/** "Today 14:03", "Yesterday 09:10", "03-21 14:03", "2025-12-31 14:03". */
export function shortMoment(iso: string, now: Date, words: Words): string {
  const at = new Date(iso)
  if (Number.isNaN(at.getTime())) return iso
  const days = Math.round((midnight(now) - midnight(at)) / DAY_MS)
  if (days === 0) return `${words.today} ${clock(at)}`
  if (days === 1) return `${words.yesterday} ${clock(at)}`
  const day = `${pair(at.getMonth() + 1)}-${pair(at.getDate())} ${clock(at)}`
  return at.getFullYear() === now.getFullYear() ? day : `${at.getFullYear()}-${day}`
}

export function wholeMoment(iso: string, language: string): string {
  const at = new Date(iso)
  if (Number.isNaN(at.getTime())) return iso
  return new Intl.DateTimeFormat(language, { dateStyle: 'full', timeStyle: 'medium' }).format(at)
}

/** "14:03". */
export function clockTime(iso: string): string {
  const at = new Date(iso)
  return Number.isNaN(at.getTime()) ? iso : clock(at)
}

/** To the millisecond, for logs of events. */
export function preciseClock(iso: string): string {
  const at = new Date(iso)
  if (Number.isNaN(at.getTime())) return iso
  return `${clock(at)}:${pair(at.getSeconds())}.${String(at.getMilliseconds()).padStart(3, '0')}`
}

/** A day such as "2026-11-30" without a time, for due dates. */
export function dayText(iso: string): string {
  const at = new Date(iso)
  if (Number.isNaN(at.getTime())) return iso
  return `${at.getFullYear()}-${pair(at.getMonth() + 1)}-${pair(at.getDate())}`
}
