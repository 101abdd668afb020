import { describe, expect, it } from 'vitest'
import { dayAt, finePercent, pathOf, type Point, topOf, withPoint } from './ratioHistory'

describe('the line of a ratio', () => {
  it('keeps the newest points and none twice', () => {
    const one = withPoint([], { at_ms: 1, ratio: 0 })
    expect(withPoint(one, { at_ms: 1, ratio: 0.5 })).toBe(one)
    let many: Point[] = []
    for (let at_ms = 0; at_ms < 1000; at_ms += 1) many = withPoint(many, { at_ms, ratio: 0 })
    expect([many.length, many[0]!.at_ms, many.at(-1)!.at_ms]).toEqual([900, 100, 999])
  })

  it('has room above the limit and above what was seen', () => {
    expect(topOf([], 0.03)).toBeCloseTo(0.045)
    expect(topOf([{ at_ms: 1, ratio: 0.1 }], 0.03)).toBeCloseTo(0.11)
    expect(topOf([], 0)).toBe(0.01)
  })

  it('goes from the left to the right, low to high', () => {
    const points = [
      { at_ms: 0, ratio: 0 },
      { at_ms: 500, ratio: 0.02 },
      { at_ms: 1000, ratio: 0.04 },
    ]
    expect(pathOf(points, 0.04, 100, 10)).toBe('M0.0 10.0L50.0 5.0L100.0 0.0')
    expect(pathOf(points.slice(0, 1), 0.04, 100, 10)).toBe('')
    expect(pathOf([], 0.04, 100, 10)).toBe('')
  })

  it('is written as limits are', () => {
    expect([finePercent(null), finePercent(0), finePercent(0.0294)]).toEqual(['–', '0.0%', '2.9%'])
  })
})

it('says the day of the house, wherever the reader is', () => {
  expect(dayAt('2026-11-23T16:00:00Z', 'Asia/Shanghai', 'en')).toBe('Nov 24, 2026')
  expect(dayAt('2026-11-23T16:00:00Z', 'Pacific/Honolulu', 'en')).toBe('Nov 23, 2026')
  expect(dayAt('2026-11-23T23:59:00Z', 'UTC', 'en')).toBe('Nov 23, 2026')
  expect(dayAt('2026-11-20T12:00:00Z', 'Mars/Olympus', 'en')).toBe('Nov 20, 2026')
})
