// Plans of staff: what a list takes with so many agents. Each person has one, the newest.
import { api, apiUrl } from './client'
import type { FileFormat } from './reports'

export const STAFFING_MODES = ['predictive', 'progressive', 'ratio'] as const
export type StaffingMode = (typeof STAFFING_MODES)[number]

/** What is known of a list; shares are of the attempts of a first pass. */
interface StaffingFigures {
  people: number
  hours_per_day: number
  talk_s: number
  wrap_up_s: number
  answer_ratio: number
  machine_ratio: number
  dead_ratio: number
  mode: StaffingMode
  lines_per_agent: number
  lines_max: number
  abandonment_limit_ratio: number
}

export interface StaffingBody extends StaffingFigures {
  campaign_id: number | null
  agents: number[]
}

export type StaffingSource = 'learned' | 'campaign' | 'house' | 'default'

export interface StaffingKnown extends StaffingFigures {
  agents: number
  sources: Record<string, StaffingSource>
}

export interface StaffingLine {
  agents: number
  hours: number
  days: number
  waits_for_rules: boolean
  agent_hours: number
  lines_peak: number
  lines_full: boolean
  occupancy_ratio: number
  abandonment_ratio: number
  attempts: number
  contacts: number
  contacts_per_hour: number
}

export interface StaffingPlan {
  state: 'none' | 'waiting' | 'running' | 'ready' | 'failed' | 'cancelled'
  done_ratio: number
  error: string
  campaign_id: number | null
  asked: (StaffingFigures & { agents: number[] }) | null
  lines: StaffingLine[]
  /** In use for all campaigns together, at most; 0: no limit. */
  house_lines_max: number
}

export function getStaffingKnown(campaign_id: number | null, signal?: AbortSignal): Promise<StaffingKnown> {
  return api.get<StaffingKnown>('/staffing/known', { query: { campaign_id }, signal, timeout_ms: 60_000 })
}

export function getStaffing(signal?: AbortSignal): Promise<StaffingPlan> {
  return api.get<StaffingPlan>('/staffing', { signal })
}

export function startStaffing(body: StaffingBody): Promise<StaffingPlan> {
  return api.post<StaffingPlan>('/staffing', body)
}

export function cancelStaffing(): Promise<void> {
  return api.delete('/staffing')
}

export function staffingFile(format: FileFormat, language: 'zh' | 'en'): string {
  return apiUrl('/staffing/file', { format, language })
}
