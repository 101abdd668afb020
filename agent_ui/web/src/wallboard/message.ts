// What the server tells a board, line by line; see agent_ui/wallboard/board.py for what each figure means.

export type AgentState = 'signed_out' | 'not_ready' | 'ready' | 'ringing' | 'dialing' | 'talking' | 'wrap_up'

export interface Block {
  offered: number
  answered: number
  abandoned: number
  short_abandoned: number
  passed_on: number
  open: number
  service_level_ratio: number | null
  asa_s: number | null
  aht_s: number | null
  abandon_ratio: number | null
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

export interface Targets {
  service_level_watch: number
  service_level_alarm: number
  waiting_watch: number
  waiting_alarm: number
  wait_watch_s: number
  wait_alarm_s: number
  abandon_watch: number
  abandon_alarm: number
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
