// Delays as people write them: "5 min, 2 h, 1 d".
export const UNITS = ['min', 'h', 'd'] as const
export type Unit = (typeof UNITS)[number]
export const UNIT_S: Record<Unit, number> = { min: 60, h: 3_600, d: 86_400 }
const ONE = /^(\d+(?:\.\d+)?)\s*(d|h|min|m|天|小时|分钟|分)$/i
const SECONDS: Record<string, number> = { d: 86_400, 天: 86_400, h: 3_600, 小时: 3_600, min: 60, m: 60, 分钟: 60, 分: 60 }

/** The largest of which it is whole ones. */
export function unitOf(after_s: number): Unit {
  return [...UNITS].reverse().find((unit) => after_s >= UNIT_S[unit] && after_s % UNIT_S[unit] === 0) ?? 'min'
}

export function bounded(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), most)
}

export function delayText(after_s: number): string {
  const unit = unitOf(after_s)
  return `${+(after_s / UNIT_S[unit]).toFixed(2)} ${unit}`
}

export function delaysText(all: number[]): string {
  return all.map(delayText).join(', ')
}

/** null: nobody can tell what is meant. */
export function readDelays(text: string): number[] | null {
  const found = text.split(/[,，;；、]+/).map((part) => part.trim()).filter(Boolean).map(readOne)
  return found.length && !found.includes(null) ? (found as number[]) : null
}

function readOne(text: string): number | null {
  const match = ONE.exec(text)
  return match ? Math.round(Number(match[1]) * SECONDS[match[2]!.toLowerCase()]!) : null
}
