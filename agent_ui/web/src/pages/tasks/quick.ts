// Times that people mean when they say "call me back …".

export interface QuickTime {
  key: 'inAnHour' | 'afternoon' | 'tomorrowMorning' | 'tomorrowAfternoon' | 'nextMonday'
  at: Date
}

const HOUR_MS = 3_600_000
const MORNING = 10
const AFTERNOON = 15

function at(day: Date, days: number, hour: number): Date {
  return new Date(day.getFullYear(), day.getMonth(), day.getDate() + days, hour)
}

/** Only what is ahead: who is asked in the evening cannot mean this afternoon. */
export function quickTimes(now: Date): QuickTime[] {
  const toMonday = (8 - now.getDay()) % 7 || 7
  const times: QuickTime[] = [
    { key: 'inAnHour', at: new Date(Math.ceil((now.getTime() + HOUR_MS) / 300_000) * 300_000) },
    { key: 'afternoon', at: at(now, 0, AFTERNOON) },
    { key: 'tomorrowMorning', at: at(now, 1, MORNING) },
    { key: 'tomorrowAfternoon', at: at(now, 1, AFTERNOON) },
    { key: 'nextMonday', at: at(now, toMonday, MORNING) },
  ]
  return times.filter((time, place) => time.at > now && !times.slice(0, place).some((other) => other.at.getTime() === time.at.getTime()))
}
