// Which rows a screen that nobody can scroll shows now: what does not fit at once comes in turn.

const TURN_MS = 10_000

export interface Page {
  readonly first: number
  readonly end: number
  /** From 1. */
  readonly no: number
  readonly pages: number
}

/** Pages of equal length, so that none is nearly empty; at least one row each. */
export function pageAt(rows: number, fitting: number, now_ms: number): Page {
  const pages = Math.max(1, Math.ceil(rows / Math.max(1, fitting)))
  const length = Math.ceil(rows / pages)
  const place = Math.floor(now_ms / TURN_MS) % pages
  return { first: place * length, end: Math.min(rows, (place + 1) * length), no: place + 1, pages }
}
