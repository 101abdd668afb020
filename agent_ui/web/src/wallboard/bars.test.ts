import { describe, expect, it } from 'vitest'
import { chartOf, niceTop } from './bars'
import type { Interval } from './message'

function interval(offered: number, answered: number, abandoned: number, short = 0, level: number | null = 0.5): Interval {
  return { at: '', label: '09:00', offered, answered, abandoned, short_abandoned: short, service_level_ratio: level }
}

describe('the chart', () => {
  it('draws each call once', () => {
    const { bars, top } = chartOf([interval(10, 6, 2, 1), interval(4, 4, 0, 0, null)], 800, 100, 50)
    expect(top).toBe(10)
    const [first, second] = bars
    expect([first!.answered, first!.abandoned, first!.rest]).toEqual([60, 30, 10])
    expect(first!.answered + first!.abandoned + first!.rest).toBe(100)
    expect([first!.level, second!.level]).toEqual([50, null])
    expect(second!.rest).toBe(0)
  })

  it('leaves room for a day that has just begun, and for labels', () => {
    const one = chartOf([interval(1, 1, 0)], 800, 100, 50).bars[0]!
    expect(one.width).toBeLessThan(100)
    const many = chartOf(Array.from({ length: 40 }, () => interval(1, 1, 0)), 800, 100, 50).bars
    expect(many.filter(({ isLabelled }) => isLabelled)).toHaveLength(14)
    expect(many.at(-1)!.x + many.at(-1)!.width).toBeLessThanOrEqual(800)
  })

  it('has a scale of round numbers of calls', () => {
    expect([1, 2, 3, 7, 10, 11, 99, 101, 400].map(niceTop)).toEqual([1, 2, 5, 10, 10, 20, 100, 200, 500])
    expect(chartOf([], 800, 100, 50)).toEqual({ bars: [], top: 1, ticks: [0, 1] })
    expect(chartOf([interval(9, 9, 0)], 800, 100, 50).ticks).toEqual([0, 5, 10])
  })

  it('does not draw what cannot be', () => {
    expect(chartOf([interval(1, 1, 1)], 800, 100, 50).bars[0]!.rest).toBe(0)
  })
})
