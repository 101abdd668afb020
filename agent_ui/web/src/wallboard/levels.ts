// Whether a figure is as it should be, by the thresholds that the link names.
import type { Block, Targets } from './message'

export type Level = 'none' | 'good' | 'watch' | 'alarm'

/** Of a figure that is better when it is higher. */
export function atLeast(value: number | null, watch: number, alarm: number): Level {
  if (value === null) return 'none'
  if (value >= watch) return 'good'
  return value >= alarm ? 'watch' : 'alarm'
}

/** Of one that is better when it is lower. */
export function below(value: number | null, watch: number, alarm: number): Level {
  if (value === null) return 'none'
  if (value < watch) return 'good'
  return value < alarm ? 'watch' : 'alarm'
}

export interface Levels {
  service: Level
  waiting: Level
  longest: Level
  abandon: Level
}

/** `longest_s` is how long the first in line has waited by now, null when nobody waits. */
export function levelsOf(block: Block, longest_s: number | null, targets: Targets): Levels {
  return {
    service: atLeast(block.service_level_ratio, targets.service_level_watch, targets.service_level_alarm),
    waiting: below(block.waiting, targets.waiting_watch, targets.waiting_alarm),
    longest: below(longest_s, targets.wait_watch_s, targets.wait_alarm_s),
    abandon: below(block.abandon_ratio, targets.abandon_watch, targets.abandon_alarm),
  }
}
