// What agents are shown of people on campaigns' lists; the Python side writes it in `agent_ui.joints`.

/** Somebody on a campaign's list, as agents read them before a call and in it. */
export interface LeadCard {
  id: number
  list_name: string
  customer_id: number | null
  name: string
  /** The list's own, whatever they are. */
  columns: { name: string; value: string }[]
  /** Which attempt at them this is, from 1. */
  attempt_number: number
  /** The one that is dialed. */
  number: string | null
  number_ref: string | null
  /** `dead`: the verdict that took it out. */
  other_numbers: { number: string; number_ref: string; dead: string | null }[]
  /** The last few, the newest first. */
  earlier: EarlierAttempt[]
}

/** What came of an attempt before, and what was written in its call. */
export interface EarlierAttempt {
  at: string
  /** Where one may look at it. */
  call_id: string | null
  verdict: string | null
  disposition: string | null
  agent_name: string | null
  note: string
}

/** Somebody who is shown to an agent before they are dialed. */
export interface PreviewLead extends LeadCard {
  /** It is theirs to call, and nobody else's. */
  is_own: boolean
}

/** What a campaign asks of an agent; without a lead, `why` says why they look at nobody. */
export interface PreviewView {
  campaign_id: number
  campaign_name: string
  why: string
  shown_at: string | null
  until: string | null
  at_limit: 'dial' | 'give_back'
  lead: PreviewLead | null
}
