// Seconds until something may be tried again, by a clock that nobody sets.
import { onScopeDispose, ref, type Ref } from 'vue'

export interface Countdown {
  /** Whole seconds that are left; 0 when it may be tried. */
  left: Ref<number>
  start: (seconds: number) => void
  stop: () => void
}

export function useCountdown(): Countdown {
  const left = ref(0)
  let until_ms = 0
  let timer: ReturnType<typeof setInterval> | undefined

  function tick(): void {
    left.value = Math.max(0, Math.ceil((until_ms - performance.now()) / 1000))
    if (left.value === 0) clearInterval(timer)
  }

  function stop(): void {
    until_ms = 0
    tick()
  }

  function start(seconds: number): void {
    clearInterval(timer)
    until_ms = performance.now() + seconds * 1000
    timer = setInterval(tick, 250)
    tick()
  }

  onScopeDispose(stop)
  return { left, start, stop }
}
