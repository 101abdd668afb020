// What the clock shows where somebody else is.

const MOST_NAMED = 2

function clock(at: Date, language: string, zone?: string): string {
  return new Intl.DateTimeFormat(language, { weekday: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone: zone }).format(at)
}

/** Day and time in each of the zones in which they may be, from the earliest; empty where all clocks there show what this one does. */
export function clocksThere(at: Date, zones: readonly string[], language: string): string {
  const inOrder = zones.map((zone) => ({ text: clock(at, language, zone), offset: wall(at, zone) })).sort((a, b) => a.offset - b.offset)
  const shown = [...new Set(inOrder.map((one) => one.text))]
  if (shown.every((text) => text === clock(at, language))) return ''
  return shown.length > MOST_NAMED ? `${shown[0]} – ${shown.at(-1)}` : shown.join(' / ')
}

function wall(at: Date, zone: string): number {
  return Date.parse(`${at.toLocaleString('sv-SE', { timeZone: zone }).replace(' ', 'T')}Z`)
}
