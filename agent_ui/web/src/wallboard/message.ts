// What the server tells a board, line by line; see agent_ui/wallboard/board.py for what each figure means.

import type { AgentState, QueueFigures, Targets } from '@/cti/views'

export type { AgentState, Targets }

export interface Block extends QueueFigures {
  occupancy_ratio: number | null
  waiting: number
  longest_since: string | null
  states: Record<AgentState, number>
}

export interface QueueBlock extends Block {
  queue_id: number
  name: string
  /** Of this queue, if supervisors set any; else the link's. */
  targets: Targets
}

export interface Interval {
  at: string
  /** The time of day in the installation's zone; the screen's own may be another. */
  label: string
  offered: number
  answered: number
  abandoned: number
  short_abandoned: number
  service_level_ratio: number | null
}

export interface Board {
  type: 'board'
  at: string
  /** The installation's, for times of day. */
  zone: string
  name: string
  language: 'zh' | 'en'
  theme: 'dark' | 'light'
  /** False while the day is still being read from the call log. */
  counting: boolean
  switch_away_since: string | null
  rule: { formula: string; threshold_s: number; short_s: number; interval_min: number }
  targets: Targets
  total: Block
  queues: QueueBlock[]
  intervals: Interval[]
  agents: { name: string; state: AgentState; since: string; limit_s: number | null }[] | null
}

export type Line = Board | { type: 'alive'; at: string } | { type: 'end'; code: string }
