// Numbers and times as people read them.

/** 65 → 01:05; an hour and more → 1:01:05. Negative counts as zero. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds))
  const two = (value: number): string => String(value).padStart(2, '0')
  const hours = Math.floor(whole / 3600)
  const rest = `${two(Math.floor((whole % 3600) / 60))}:${two(whole % 60)}`
  return hours > 0 ? `${hours}:${rest}` : rest
}

export function secondsBetween(from: string | null | undefined, to_ms: number): number {
  const start = from ? Date.parse(from) : NaN
  return Number.isFinite(start) ? (to_ms - start) / 1000 : 0
}

/** +8613800138000 → +86 138 0013 8000; other numbers stay as they are. */
export function phoneNumber(number: string | null | undefined): string {
  if (!number) return ''
  const mobile = /^\+861(\d{2})(\d{4})(\d{4})$/.exec(number)
  if (mobile) return `+86 1${mobile[1]} ${mobile[2]} ${mobile[3]}`
  const landline = /^\+86(10|2\d|[3-9]\d{2})(\d{4})(\d{4})$/.exec(number)
  if (landline) return `+86 ${landline[1]} ${landline[2]} ${landline[3]}`
  return number
}

export function clockTime(at: string, language: string): string {
  return new Date(at).toLocaleTimeString(language, { hour: '2-digit', minute: '2-digit', hour12: false })
}

/** Today only the time, this year without the year. */
export function when(at: string | null | undefined, language: string, now_ms: number): string {
  if (!at) return ''
  const date = new Date(at)
  if (Number.isNaN(date.getTime())) return ''
  const today = new Date(now_ms)
  if (date.toDateString() === today.toDateString()) return clockTime(at, language)
  const sameYear = date.getFullYear() === today.getFullYear()
  return date.toLocaleDateString(language, { year: sameYear ? undefined : 'numeric', month: 'short', day: 'numeric' })
}
