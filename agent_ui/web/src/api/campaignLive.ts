// A campaign at work: what the dialer has in its hands, and how far it is.
import { api } from './client'

export interface AtWork {
  may_dial: boolean
  ringing: number
  waiting: number
  talking: number
  agents_idle: number
  agents_present: number
  calls: number
  reason: string
  risk_ratio: number
  accepted_risk_ratio: number
  dialed: number
  /** Hung up again, as no agent was left for whoever would answer. */
  withdrawn: number
  /** Hung up for what the line said before an answer. */
  given_up: number
  nobody_due: boolean
  put_off: { why: string; policy: string; until: string | null; detail: string } | null
  /** Agents of the queue by why they are not counted on. */
  uncounted: Record<string, number>
}

export interface Abandonment {
  people: number
  abandoned: number
  ratio: number | null
  limit_ratio: number
  window: string
  begins_at: string
  ends_at: string | null
}

/** What people did in the flow of a campaign without agents; `answers` by what they chose. */
export interface Listening {
  people: number
  listened_mean_s: number | null
  long_s: number
  long_ratio: number | null
  answers: Record<string, number>
}

export interface LiveCampaign {
  at: string
  /** The house’s, by whose days is counted. */
  zone: string
  state: string
  mode: string
  /** With any of these nobody is dialed. */
  unknown_policies: string[]
  at_work: AtWork | null
  /** How far the machine's calendar is ahead of the time that Callroom goes by. */
  clock_off_s: number
  /** The Callroom that dials for this database instead of this one. */
  elsewhere: string
  /** Its work failed so often in a row; nobody is dialed for it before `again_at`. */
  setback: { cause: string; since: string; failures: number; again_at: string } | null
  abandonment: Abandonment
  leads: Record<string, number>
  verdicts: Record<string, number>
  dialed_today: number
  next_due_at: string | null
  next_why: string
  conversions: number
  goal: number | null
  at_goal: string
  listening: Listening | null
  forecast: { remaining: number; ended: number; over_s: number; ends_at: string | null }
}

export function getLiveCampaign(id: number, signal?: AbortSignal): Promise<LiveCampaign> {
  return api.get<LiveCampaign>(`/campaigns/${id}/live`, { signal })
}
