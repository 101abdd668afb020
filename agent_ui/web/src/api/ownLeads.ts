// People of campaigns whom an agent calls themselves.
import { api } from './client'
import type { Page } from './page'

export const SKIP_REASONS = ['not_now', 'wrong_details', 'not_needed', 'other'] as const
export type SkipReason = (typeof SKIP_REASONS)[number]

/** `call_id` null: not dialed; `why` is what stands before it, until then. */
export interface DialedLead {
  call_id: string | null
  why: string
  policy: string | null
  until: string | null
}

export interface OwnLead {
  id: number
  campaign_id: number
  campaign_name: string
  customer_id: number | null
  name: string
  number: string | null
  columns: { name: string; value: string }[]
  due_at: string
  why: string
  attempts: number
  last_verdict: string | null
}

export interface Assignment {
  user_ids: number[]
  list_id: number | null
  /** null: all who wait, equally. */
  each: number | null
  due_at: string | null
}

export function listOwnLeads(cursor?: string | null, signal?: AbortSignal): Promise<Page<OwnLead>> {
  return api.get<Page<OwnLead>>('/agent/leads', { query: { cursor: cursor ?? undefined, limit: 50 }, signal })
}

export async function assignLeads(campaignId: number, body: Assignment): Promise<Record<string, number>> {
  return (await api.post<{ given: Record<string, number> }>(`/campaigns/${campaignId}/assign`, body)).given
}

export async function takeLeadsBack(campaignId: number, userId: number | null): Promise<number> {
  return (await api.post<{ count: number }>(`/campaigns/${campaignId}/take-back`, { user_id: userId })).count
}

export function dialLead(leadId: number): Promise<DialedLead> {
  return api.post<DialedLead>(`/agent/leads/${leadId}/dial`)
}

export function skipLead(leadId: number, reason: SkipReason, note: string): Promise<unknown> {
  return api.post(`/agent/leads/${leadId}/skip`, { reason, note })
}
