// Outbound campaigns: what they are made of, how far they are, what is done with them.
import { api } from './client'
import type { Page } from './page'

export interface RetryRule {
  verdicts: string[]
  /** One delay for each repetition, the last for all further ones. */
  after_s: number[]
  attempts_max: number
  which: 'same' | 'next'
  kills_number_after: number | null
}

export const KEY_MEANINGS = ['later', 'remove', 'remove_everywhere'] as const
export type KeyMeaning = (typeof KEY_MEANINGS)[number]

export const MEANINGS = ['', 'success', 'callback', 'never', 'not_a_person'] as const
export type Meaning = (typeof MEANINGS)[number]

export interface CampaignRules {
  ring_s: number
  lines_max: number
  lines_per_agent_max: number
  ratio: number
  abandonment_limit_ratio: number | null
  shown_as: string[]
  /** In turn, or the nearest to who is called. */
  shown_by: 'turn' | 'nearest'
  /** Calls of campaigns that show one number, at most; null: no such cap. */
  shown_per_hour: number | null
  shown_per_day: number | null
  /** Its own, narrower than the policies': seven days from Monday; null: only theirs. */
  hours: [string, string][][] | null
  attempts_max: number
  retries: RetryRule[]
  order: string
  preview_s: number
  /** Agents and lines that several campaigns want go to the highest priority, among equals by share. */
  priority: number
  share: number
  blend: boolean
  inbound_first: boolean
  preview_again_s: number
  preview_at_limit: 'dial' | 'give_back'
  /** Those of the campaign; none: the house's. */
  dispositions: { code: string; means: Meaning }[]
  /** Successes aimed at. */
  goal: number | null
  /** What becomes of the campaign when it has them. */
  at_goal: 'go_on' | 'pause' | 'finish'
  /** What whoever answers hears, in a campaign without agents. */
  flow_id: number | null
  calls_per_s: number
  later_s: number
  keys: { key: string; means: KeyMeaning }[]
  no_agent: { action: 'message' | 'hang_up'; prompt: string | null }
  /** What is done about machines that answer; `prompt` is left as a message. */
  machines: { action: 'off' | 'connect' | 'hang_up' | 'message'; prompt: string | null }
}

export interface Progress {
  all: number
  waiting: number
  dialing: number
  reached: number
  not_reached: number
  barred: number
  ended: Record<string, number>
}

export interface CampaignBody {
  name: string
  mode: string
  queue_id: number | null
  policies: string[]
  rules: CampaignRules
  starts_at: string | null
  ends_at: string | null
  version?: number
}

export interface Campaign extends Omit<CampaignBody, 'queue_id' | 'version'> {
  id: number
  state: string
  /** What a person may do with it now. */
  steps: string[]
  queue: { id: number; name: string }
  created_at: string
  created_by_name: string | null
  version: number
  progress: Progress
  /** People on its lists whose country no policy of it is for, by country. */
  uncovered: Record<string, number>
}

export interface Policy {
  name: string
  about: string
  /** In Chinese; empty in policies of the operator's own that have none. */
  about_zh: string
  sources: string[]
  sources_zh: string[]
  /** Whose people it is for; none: those of any. */
  countries: string[]
  abandonment_limit_ratio: number | null
  abandonment_window: string
  connect_deadline_s: number
  rings_at_least_s: number
  /** Seven days from Monday, each with spans; null: no hours. */
  hours: [string, string][][] | null
  holidays: boolean
  caps: { attempts: number; scope: string; within_h: number; talks_only: boolean }[]
  rest_after_abandoned_h: number
  asks_consent: boolean
  do_not_call_age_max_days: number | null
}

export interface CampaignChoices {
  policies: Policy[]
  modes: string[]
  orders: string[]
  verdicts: string[]
  rules: CampaignRules
  own_numbers: string[]
  /** Names of recordings of one's own. */
  prompts: string[]
  flows: { id: number; name: string }[]
}

export async function listCampaigns(signal?: AbortSignal): Promise<Campaign[]> {
  return (await api.get<Page<Campaign>>('/campaigns', { signal })).items
}

export function getCampaign(id: number, signal?: AbortSignal): Promise<Campaign> {
  return api.get<Campaign>(`/campaigns/${id}`, { signal })
}

export function getCampaignChoices(signal?: AbortSignal): Promise<CampaignChoices> {
  return api.get<CampaignChoices>('/campaigns/choices', { signal })
}

export function createCampaign(body: CampaignBody): Promise<Campaign> {
  return api.post<Campaign>('/campaigns', body)
}

export function changeCampaign(id: number, body: CampaignBody): Promise<Campaign> {
  return api.put<Campaign>(`/campaigns/${id}`, body)
}

export function removeCampaign(id: number): Promise<void> {
  return api.delete(`/campaigns/${id}`)
}

export function stepCampaign(id: number, step: string): Promise<Campaign> {
  return api.post<Campaign>(`/campaigns/${id}/steps`, { step })
}
