// Whose name a call carries: the linked or only matching customer, else what the trunk said.
import type { PopMatch } from '@/cti/views'
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
