import { describe, expect, it } from 'vitest'
import { atLeast, below, levelsOf } from './levels'
import type { Block, Targets } from './message'

const TARGETS: Targets = {
  service_level_watch: 0.8,
  service_level_alarm: 0.7,
  waiting_watch: 3,
  waiting_alarm: 8,
  wait_watch_s: 30,
  wait_alarm_s: 120,
  abandon_watch: 0.05,
  abandon_alarm: 0.1,
}

describe('levels', () => {
  it('are good at the target and an alarm below the lower one', () => {
    expect([null, 0.8, 0.79, 0.7, 0.69].map((value) => atLeast(value, 0.8, 0.7))).toEqual(['none', 'good', 'watch', 'watch', 'alarm'])
  })

  it('warn as soon as the limit is reached where less is better', () => {
    expect([null, 0, 2, 3, 7, 8].map((value) => below(value, 3, 8))).toEqual(['none', 'good', 'good', 'watch', 'watch', 'alarm'])
  })

  it('take each figure by its own thresholds', () => {
    const block = { service_level_ratio: 0.75, waiting: 8, abandon_ratio: null } as Block
    expect(levelsOf(block, 29, TARGETS)).toEqual({ service: 'watch', waiting: 'alarm', longest: 'good', abandon: 'none' })
    expect(levelsOf(block, null, TARGETS).longest).toBe('none')
  })
})
