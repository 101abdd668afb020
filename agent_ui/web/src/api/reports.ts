// Reports: figures of calls and agents, and the calls behind them.
import { api } from './client'
import type { CallRow } from './calls'
import type { Page } from './page'

export const AXES = ['interval', 'clock', 'day', 'week', 'month', 'queue', 'agent', 'number', 'disposition', 'heat'] as const
export type Axis = (typeof AXES)[number]
export const FORMULAS = ['ignore_abandons', 'negative', 'positive', 'genesys', 'cisco_wfm', 'of_answered'] as const
export const THRESHOLDS_S = [5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 300] as const
export const SHORTS_S = [3, 5, 6, 10] as const
export const INTERVALS_MIN = [15, 30, 60] as const

/** How a report counts, whatever its days; no queues or agents are all of them. */
export interface ReportChoices {
  axis: Axis
  queue_ids: number[]
  agent_ids: number[]
  interval_min: (typeof INTERVALS_MIN)[number]
  formula: (typeof FORMULAS)[number]
  with_passed_on: boolean
  without_short: boolean
  without_abandons: boolean
  threshold_s: (typeof THRESHOLDS_S)[number]
  short_s: (typeof SHORTS_S)[number]
}

/** Days of the installation's time zone, both included. */
export interface ReportDays {
  first: string
  last: string
}

export type LineKey = Record<string, string | number | null>

export interface ReportLine {
  key: LineKey
  figures: Record<string, number | null>
  /** Seconds not ready by reason, of agents. */
  pauses: Record<string, number>
}

export interface Report extends ReportDays {
  axis: Axis
  zone: string
  at: string
  /** So many calls and agents are not counted yet. */
  waiting: number
  lines: ReportLine[]
  total: ReportLine
}

export function askReport(choices: ReportChoices, days: ReportDays, signal?: AbortSignal): Promise<Report> {
  return api.post<Report>('/reports/answer', { ...choices, ...days }, { signal, timeout_ms: 60_000 })
}

export interface Behind {
  choices: ReportChoices
  days: ReportDays
  figure: string
  key: LineKey
}

/** Only what says which line it is: names are for people. */
export function listCallsBehind({ choices, days, figure, key }: Behind, cursor: string | null, signal?: AbortSignal): Promise<Page<CallRow>> {
  const { name: _name, label_zh: _zh, label_en: _en, ...own } = key
  return api.post<Page<CallRow>>('/reports/calls', { ...choices, ...days, figure, key: own, cursor }, { signal })
}
