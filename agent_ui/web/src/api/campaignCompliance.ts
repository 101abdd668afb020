// Whether a campaign kept the law, by day.
import { api, apiUrl } from './client'

export interface ComplianceDay {
  day: string
  limit_ratio: number | null
  attempts: number
  people: number
  abandoned: number
  window_people: number
  window_abandoned: number
  window_ratio: number | null
  rang_out: number
  rang_least_s: number | null
  rang_long_enough: number
  rang_too_short: number
  outside_hours: number
  on_holidays: number
  without_consent: number
  register_old: number
  over_caps: number
  list_unchecked: number
  unknown_policies: number
  /** Names of figures that should not be as they are; empty: all was kept. */
  broken: string[]
}

export interface Compliance {
  items: ComplianceDay[]
  zone: string
}

export function getCompliance(campaign: number, first: string, last: string, signal?: AbortSignal): Promise<Compliance> {
  return api.get<Compliance>(`/campaigns/${campaign}/compliance`, { query: { first, last }, signal, timeout_ms: 60_000 })
}

export function complianceFile(campaign: number, first: string, last: string): string {
  return apiUrl(`/campaigns/${campaign}/compliance/file`, { first, last })
}
