// The log of a campaign's attempts.
import { api } from './client'
import type { Page } from './page'
import type { Recording } from './recordings'

export interface Evidence {
  kind: string
  verdict: string
  sign: string
  confidence_ratio: number | null
}

export interface Attempt {
  id: string
  lead_id: number | null
  name: string
  customer_id: number | null
  number: string
  shown_as: string
  state: string
  planned_at: string
  rang_at: string | null
  answered_at: string | null
  connected_at: string | null
  ended_at: string | null
  agent: { id: number; name: string } | null
  abandoned: boolean
  verdict: string | null
  evidence: Evidence[]
  sip_code: number | null
  q850_cause: number | null
  sip_reason: string
  end_reason: string | null
  /** What they pressed in the campaign's flow, and how long they listened. */
  keys: string | null
  listened_ms: number | null
  response: string | null
  disposition: string | null
  /** null: it has no call in the log. */
  call_id: string | null
  recording: Recording | null
  checks: { policies: string[]; zones: Record<string, string>; calendars: string[]; consent: { at: string; source: string } | null; registers: Record<string, string>; tries_before: number | null; do_not_call: string | null }
}

export interface AttemptQuery {
  verdict?: string
  number?: string
  lead_id?: number
  cursor?: string | null
}

export function listAttempts(campaign: number, { verdict, number, lead_id, cursor }: AttemptQuery, signal?: AbortSignal): Promise<Page<Attempt>> {
  return api.get<Page<Attempt>>(`/campaigns/${campaign}/attempts`, { query: { verdict, number, lead_id, cursor }, signal })
}
