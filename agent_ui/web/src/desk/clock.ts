// One ticking clock for all timers on screen, set by the server's time.
import { ref } from 'vue'

let offset_ms = 0
let timer: ReturnType<typeof setInterval> | null = null

/** The server's time, in ms, at the last tick. */
export const now = ref(Date.now())

export function setServerTime(at: string): void {
  const server = Date.parse(at)
  if (Number.isFinite(server)) offset_ms = server - Date.now()
  tick()
}

export function serverNow(): number {
  return Date.now() + offset_ms
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
