// Whose name a call carries: the linked or only matching customer, else what the trunk said.
import type { CallView, PopMatch } from '@/cti/views'
import { phoneNumber } from './format'
import type { Work } from './work'

/** The customer that the call belongs to, as far as the pop knows. */
export function matchOf(work: Work | null): PopMatch | null {
  const matches = work?.pop?.matches ?? []
  const linked = work?.call?.customer_id
  if (linked != null) return matches.find((match) => match.customer_id === linked) ?? null
  return matches.length === 1 ? matches[0]! : null
}

export function nameOf(work: Work | null): string {
  return matchOf(work)?.name || work?.call?.customer_name || work?.call?.caller.name || ''
}

/** Of a call in the log: the customer whom it belongs to, else what came with it; '' when nobody said. */
export function loggedName(row: { customer: { name: string } | null; caller_name: string }): string {
  return row.customer?.name || row.caller_name
}

/** For who sees no pop: the customer that the call belongs to, else what the trunk said; '' when it was withheld. */
export function callerName(call: CallView): string {
  return call.customer_name || call.caller.name || phoneNumber(call.caller.number)
}
