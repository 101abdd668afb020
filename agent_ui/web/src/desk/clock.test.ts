import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { duration, secondsBetween } from './format'

const SERVER = Date.parse('2026-11-22T08:00:00Z')
const HOUR = 3_600_000
const at = (ms: number): string => new Date(ms).toISOString()

/** A page that is loaded on a computer whose clock is `off_ms` wrong. */
async function page(off_ms: number) {
  vi.setSystemTime(SERVER + off_ms)
  vi.resetModules()
  const clock = await import('./clock')
  clock.setServerTime(at(SERVER))
  clock.startClock()
  return clock
}

describe('the clock of the page', () => {
  beforeEach(() => vi.useFakeTimers())
  afterEach(() => vi.useRealTimers())

  it.each([-HOUR, 0, HOUR])('counts waiting and wrap-up by the server, on a computer that is %d ms off', async (off_ms) => {
    const { now, stopClock } = await page(off_ms)
    const waits_since = at(SERVER - 65_000)
    const wrap_up_until = at(SERVER + 20_000)
    expect(duration(secondsBetween(waits_since, now.value))).toBe('01:05')
    expect(duration(-secondsBetween(wrap_up_until, now.value))).toBe('00:20')
    vi.advanceTimersByTime(5000)
    expect(duration(secondsBetween(waits_since, now.value))).toBe('01:10')
    expect(duration(-secondsBetween(wrap_up_until, now.value))).toBe('00:15')
    stopClock()
  })

  it.each([-HOUR, HOUR])('goes on when the computer is set by %d ms while the page is open', async (step_ms) => {
    const { now, serverNow, stopClock } = await page(0)
    vi.advanceTimersByTime(1000)
    vi.setSystemTime(Date.now() + step_ms)
    vi.advanceTimersByTime(1000)
    expect(now.value).toBe(SERVER + 2000)
    expect(serverNow()).toBe(SERVER + 2000)
    stopClock()
  })

  it('takes the time of what comes later, and not of what waited', async () => {
    const { hearServerTime, serverNow, stopClock } = await page(HOUR)
    hearServerTime(at(SERVER - 900))
    expect(serverNow()).toBe(SERVER)
    hearServerTime(at(SERVER + 45_000)) // the computer slept, and its clocks with it
    expect(serverNow()).toBe(SERVER + 45_000)
    hearServerTime(at(SERVER - HOUR)) // the server's clock was set back
    expect(serverNow()).toBe(SERVER - HOUR)
    hearServerTime('never')
    expect(serverNow()).toBe(SERVER - HOUR)
    stopClock()
  })
})

describe('no part of the page', () => {
  const sources = import.meta.glob<string>(['../**/*.ts', '../**/*.vue', '!../**/*.test.ts', '!./clock.ts'], { query: '?raw', import: 'default', eager: true })

  it('asks the computer for the time', () => {
    expect(Object.keys(sources).length).toBeGreaterThan(100)
    const asking = Object.entries(sources).filter(([, text]) => /Date\.now\(\)|new Date\(\)/.test(text))
    expect(asking.map(([name]) => name)).toEqual([])
  })
})
