// Which words say why a campaign dials as it does: the dialer's reason, seen with what is going on.
import type { AtWork } from '@/api/campaignLive'

export function reasonKey({ reason, ringing, uncounted }: Pick<AtWork, 'reason' | 'ringing' | 'uncounted'>): string {
  if (reason === 'no_agents') {
    if (ringing > 0) return 'ringsForNobody'
    // some are there, and the line below says what they do instead
    if (Object.values(uncounted).some((count) => count > 0)) return 'noneCounted'
  }
  if (['enough_ringing', 'as_set'].includes(reason) && ringing === 0) return 'agentsBusy'
  return `reasons.${reason}`
}
