// Reports: figures of calls and agents, and the calls behind them.
import { api, apiUrl } from './client'
import type { CallRow } from './calls'
import type { CampaignAxis } from './campaignReports'
import type { Page } from './page'

export const AXES = ['interval', 'clock', 'day', 'week', 'month', 'queue', 'agent', 'team', 'number', 'disposition', 'heat'] as const
export type Axis = (typeof AXES)[number]
/** Reports of people, not of calls. */
export const OF_PEOPLE: readonly Axis[] = ['agent', 'team']
export const FORMULAS = ['ignore_abandons', 'negative', 'positive', 'genesys', 'cisco_wfm', 'of_answered'] as const
export const THRESHOLDS_S = [5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 300] as const
export const SHORTS_S = [3, 5, 6, 10] as const
export const INTERVALS_MIN = [15, 30, 60] as const

/** How a report counts, whatever its days; no queues, agents or teams are all of them. A team is who serves a queue. */
export interface ReportChoices {
  axis: Axis
  queue_ids: number[]
  agent_ids: number[]
  team_ids: number[]
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

export interface ReportExport extends ReportDays {
  id: string
  state: 'wanted' | 'making' | 'ready' | 'failed' | 'cancelled' | 'expired'
  choices: { axis: Axis | CampaignAxis }
  format: FileFormat
  name: string
  done: number
  row_count: number
  size_bytes: number
  error: string
  wanted_at: string
  ended_at: string | null
  expires_at: string | null
}

export type FileFormat = 'csv' | 'xlsx'
export const EVERY = ['never', 'day', 'week', 'month'] as const

export interface SavedReportBody {
  name: string
  choices: ReportChoices
  /** Days by name, counted from the day on which it is made. */
  days: string
  every: (typeof EVERY)[number]
  /** Of the day, in the installation's time zone. */
  minute: number
  weekday: number
  monthday: number
  format: FileFormat
  language: 'zh' | 'en'
  recipients: string[]
}

export interface SavedReport extends SavedReportBody {
  id: number
  next_at: string | null
  tries: number
  last_at: string | null
  /** "", "sent", or a code that says why not. */
  last_result: string
}

export interface SavedReports {
  items: SavedReport[]
  can_mail: boolean
}

export function startExport(choices: ReportChoices, days: ReportDays, format: FileFormat, language: 'zh' | 'en'): Promise<ReportExport> {
  return api.post<ReportExport>('/reports/exports', { ...choices, ...days, format, language })
}

export function readExport(id: string, signal?: AbortSignal): Promise<ReportExport> {
  return api.get<ReportExport>(`/reports/exports/${id}`, { signal })
}

export function listExports(signal?: AbortSignal): Promise<{ items: ReportExport[] }> {
  return api.get<{ items: ReportExport[] }>('/reports/exports', { signal })
}

export function cancelExport(id: string): Promise<ReportExport> {
  return api.post<ReportExport>(`/reports/exports/${id}/cancel`)
}

export function removeExport(id: string): Promise<void> {
  return api.delete(`/reports/exports/${id}`)
}

export function exportAddress(id: string): string {
  return apiUrl(`/reports/exports/${id}/file`)
}

export function listSavedReports(signal?: AbortSignal): Promise<SavedReports> {
  return api.get<SavedReports>('/reports/saved', { signal })
}

export function saveReport(body: SavedReportBody): Promise<SavedReport> {
  return api.post<SavedReport>('/reports/saved', body)
}

export function changeReport(id: number, body: SavedReportBody): Promise<SavedReport> {
  return api.put<SavedReport>(`/reports/saved/${id}`, body)
}

export function removeReport(id: number): Promise<void> {
  return api.delete(`/reports/saved/${id}`)
}

export function sendReport(id: number): Promise<SavedReport> {
  return api.post<SavedReport>(`/reports/saved/${id}/send`)
}
