// People of campaigns whom an agent calls themselves.
import { api } from './client'

export const SKIP_REASONS = ['not_now', 'wrong_details', 'not_needed', 'other'] as const
export type SkipReason = (typeof SKIP_REASONS)[number]

/** `call_id` null: not dialed; `why` is what stands before it, until then. */
export interface DialedLead {
  call_id: string | null
  why: string
  policy: string | null
  until: string | null
}

export function dialLead(leadId: number): Promise<DialedLead> {
  return api.post<DialedLead>(`/agent/leads/${leadId}/dial`)
}

export function skipLead(leadId: number, reason: SkipReason, note: string): Promise<unknown> {
  return api.post(`/agent/leads/${leadId}/skip`, { reason, note })
}
