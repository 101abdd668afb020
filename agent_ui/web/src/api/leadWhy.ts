// Why somebody on a list is not called now, and their consent to be called.
import { api } from './client'
import type { Lead } from './leads'

export interface Reason {
  rule: string
  /** "": one of the house's own rules. */
  policy: string
  since: string | null
  /** null: not before somebody does something. */
  until: string | null
  detail: string
}

export interface LeadWhy {
  at: string
  reasons: Reason[]
  next_at: string | null
}

export function getLeadWhy(campaign: number, lead: number, signal?: AbortSignal): Promise<LeadWhy> {
  return api.get<LeadWhy>(`/campaigns/${campaign}/leads/${lead}/why`, { signal })
}

/** `given_at` null: they did not agree. */
export function noteConsent(campaign: number, lead: number, given_at: string | null, source: string): Promise<Lead> {
  return api.put<Lead>(`/campaigns/${campaign}/leads/${lead}/consent`, { given_at, source })
}
