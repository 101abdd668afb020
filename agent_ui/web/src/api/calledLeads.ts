// Whom a campaign called, as its list has them.
import type { LeadCard } from '@/cti/leadViews'
import { api } from './client'

/** Without a campaign, the call is of none; without a lead, no list has the person any more. */
export interface CalledLead {
  campaign_id: number | null
  campaign_name: string | null
  lead: LeadCard | null
}

export function readCalledLead(callId: string, signal?: AbortSignal): Promise<CalledLead> {
  return api.get<CalledLead>(`/calls/${encodeURIComponent(callId)}/lead`, { signal })
}
