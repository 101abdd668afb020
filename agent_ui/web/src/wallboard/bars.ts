// Where the bars of the chart go: one for each interval, as many at least as make a day look like one.
import type { Interval } from './message'

export interface Bar {
  x: number
  width: number
  label: string
  /** Every nth has room for its label. */
  isLabelled: boolean
  /** From the bottom up, in pixels; what was neither answered nor given up is the rest. */
  answered: number
  abandoned: number
  rest: number
  /** Height at which the service level is drawn, null without one. */
  level: number | null
  interval: Interval
}

export interface Chart {
  bars: Bar[]
  /** Calls at the top of the scale. */
  top: number
  /** Ticks of the scale, in calls. */
  ticks: number[]
}

const LEAST_SLOTS = 8
const GAP = 0.28

export function chartOf(intervals: Interval[], width: number, height: number, label_px: number): Chart {
  const top = niceTop(Math.max(1, ...intervals.map(({ offered }) => offered)))
  const step = width / Math.max(LEAST_SLOTS, intervals.length)
  const every = Math.max(1, Math.ceil(label_px / step))
  const scale = (calls: number): number => (calls / top) * height
  const bars = intervals.map((interval, place) => {
    const { offered, answered, abandoned, short_abandoned } = interval
    const gone = abandoned + short_abandoned
    return {
      x: (place + GAP / 2) * step,
      width: step * (1 - GAP),
      label: interval.label,
      isLabelled: place % every === 0,
      answered: scale(answered),
      abandoned: scale(gone),
      rest: scale(Math.max(0, offered - answered - gone)),
      level: interval.service_level_ratio === null ? null : interval.service_level_ratio * height,
      interval,
    }
  })
  return { bars, top, ticks: [0, top / 2, top].filter((tick) => Number.isInteger(tick)) }
}

/** 1, 2, 5 times a power of ten, so that the scale does not change with every call. */
export function niceTop(most: number): number {
  const power = 10 ** Math.floor(Math.log10(most))
  for (const factor of [1, 2, 5, 10]) if (most <= factor * power) return factor * power
  return most
}
