import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { effectScope } from 'vue'
import { useCountdown, type Countdown } from './countdown'

let scope: ReturnType<typeof effectScope>
let countdown: Countdown

beforeEach(() => {
  vi.useFakeTimers()
  scope = effectScope()
  countdown = scope.run(() => useCountdown())!
})
afterEach(() => {
  scope.stop()
  vi.useRealTimers()
})

test('it counts whole seconds down to nothing, and then rests', () => {
  expect(countdown.left.value).toBe(0)
  countdown.start(3)
  expect(countdown.left.value).toBe(3)
  vi.advanceTimersByTime(1000)
  expect(countdown.left.value).toBe(2)
  vi.advanceTimersByTime(1750)
  expect(countdown.left.value).toBe(1)
  vi.advanceTimersByTime(500)
  expect(countdown.left.value).toBe(0)
  expect(vi.getTimerCount()).toBe(0)
})

test('a clock that is set moves nothing', () => {
  countdown.start(60)
  vi.setSystemTime(Date.now() + 3_600_000)
  vi.advanceTimersByTime(1000)
  expect(countdown.left.value).toBe(59)
})

test('a new pause replaces the old one; stopped, it may be tried at once', () => {
  countdown.start(60)
  countdown.start(5)
  expect([countdown.left.value, vi.getTimerCount()]).toEqual([5, 1])
  countdown.stop()
  expect([countdown.left.value, vi.getTimerCount()]).toEqual([0, 0])
})

test('it ends with the page', () => {
  countdown.start(60)
  scope.stop()
  expect(vi.getTimerCount()).toBe(0)
})
