// What is read from one dialing of a campaign.
export const VERDICTS = [
  'human', 'machine', 'voicemail', 'screening', 'fax', 'busy', 'no_answer', 'rejected', 'powered_off', 'out_of_service',
  'unallocated', 'number_changed', 'barred', 'congestion', 'route_fault', 'network_blocked', 'silence', 'abandoned', 'lost', 'withdrawn',
]

/** Null where one of both moments never was. */
export function secondsBetween(from: string | null, to: string | null): number | null {
  if (from === null || to === null) return null
  return (new Date(to).getTime() - new Date(from).getTime()) / 1000
}
