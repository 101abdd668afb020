// Times that people mean when they say "call me back …", where no call tells when they may be called.
import type { QuickTime } from '@/api/callbackTimes'

const MINUTE_MS = 60_000
const ROUND_MS = 5 * MINUTE_MS
const MORNING = 10
const AFTERNOON = 15

function at(day: Date, days: number, hour: number): Date {
  return new Date(day.getFullYear(), day.getMonth(), day.getDate() + days, hour)
}

function ahead(now: Date, minutes: number): Date {
  return new Date(Math.ceil((now.getTime() + minutes * MINUTE_MS) / ROUND_MS) * ROUND_MS)
}

/** Only what is ahead: who is asked in the evening cannot mean this afternoon. */
export function quickTimes(now: Date): QuickTime[] {
  const toMonday = (8 - now.getDay()) % 7 || 7
  const times: QuickTime[] = [
    { key: 'in_quarter', at: ahead(now, 15) },
    { key: 'in_hour', at: ahead(now, 60) },
    { key: 'afternoon', at: at(now, 0, AFTERNOON) },
    { key: 'tomorrow_morning', at: at(now, 1, MORNING) },
    { key: 'tomorrow_afternoon', at: at(now, 1, AFTERNOON) },
    { key: 'next_monday', at: at(now, toMonday, MORNING) },
  ]
  return times.filter((time, place) => time.at > now && !times.slice(0, place).some((other) => other.at.getTime() === time.at.getTime()))
}
