// One ticking clock for all timers on screen, set by the server's time. The computer's own may be an hour off, or be
// set right while the page is open: what passes is measured by a clock that nobody sets.
import { ref } from 'vue'

/** A message may wait that long before a page reads it; older ones mean that the server's own clock was set back. */
const LATE_MS = 60_000

let server_ms = Date.now()
let read_ms = performance.now()
let timer: ReturnType<typeof setInterval> | null = null

/** The server's time, in ms, at the last tick. */
export const now = ref(Date.now())

export function setServerTime(at: string): void {
  const server = Date.parse(at)
  if (Number.isFinite(server)) {
    server_ms = server
    read_ms = performance.now()
  }
  tick()
}

/** A message of that moment came. It may have waited; only if we are behind it (the computer slept) is it news. */
export function hearServerTime(at: string): void {
  const ahead_ms = Date.parse(at) - serverNow()
  if (ahead_ms > 0 || ahead_ms < -LATE_MS) setServerTime(at)
}

export function serverNow(): number {
  return server_ms + (performance.now() - read_ms)
}

export function startClock(): void {
  timer ??= setInterval(tick, 500)
}

export function stopClock(): void {
  if (timer) clearInterval(timer)
  timer = null
}

function tick(): void {
  now.value = serverNow()
}
