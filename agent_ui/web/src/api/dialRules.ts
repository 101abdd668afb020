// Who may dial what, and which number of ours is shown.
import { api } from './client'

export const KINDS = ['mobile', 'fixed', 'service', 'short', 'foreign'] as const

export interface RoleRules {
  may_dial: boolean
  kinds: (typeof KINDS)[number][]
  allowed: string[]
  blocked: string[]
  shown_as: string
  withheld: boolean
  /** With a reason they may call who is on the do-not-call list. */
  may_overrule: boolean
}

/** Which number of ours is shown for one person, or for a queue and its team. */
export interface CallerIdRule {
  user_id: number | null
  queue_id: number | null
  shown_as: string
  withheld: boolean
}

export interface DialRules {
  agent: RoleRules
  supervisor: RoleRules
  admin: RoleRules
  per_agent_hour: number
  per_number_day: number
  /** Ours beside the entry numbers: only those may be shown. */
  own_numbers: string[]
  caller_ids: CallerIdRule[]
}

export function readDialRules(signal?: AbortSignal): Promise<DialRules> {
  return api.get<DialRules>('/settings/dialing', { signal })
}

export function saveDialRules(rules: DialRules): Promise<DialRules> {
  return api.put<DialRules>('/settings/dialing', rules)
}
