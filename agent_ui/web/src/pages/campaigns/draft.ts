// What the form of a campaign holds.
import type { Campaign, CampaignBody, CampaignRules } from '@/api/campaigns'

export function draftOf(campaign: Campaign | null, rules: CampaignRules, queue_id: number | null): CampaignBody {
  if (!campaign) return { name: '', mode: 'predictive', queue_id, policies: [], rules: copy(rules), starts_at: null, ends_at: null }
  const { name, mode, queue, policies, starts_at, ends_at, version } = campaign
  return { name, mode, queue_id: queue.id, policies: [...policies], rules: copy(campaign.rules), starts_at, ends_at, version }
}

/** Its settings for another one; when it is to begin and end is nobody else's. */
export function copyOf(campaign: Campaign, name: string): CampaignBody {
  const { mode, queue, policies, rules } = campaign
  return { name, mode, queue_id: queue.id, policies: [...policies], rules: copy(rules), starts_at: null, ends_at: null }
}

/** A name that none has yet: `called` says what the so-and-so-many-th copy would be called. */
export function copyName(taken: readonly string[], called: (number: number) => string): string {
  let number = 1
  while (taken.includes(called(number))) number += 1
  return called(number)
}

function copy(rules: CampaignRules): CampaignRules {
  return JSON.parse(JSON.stringify(rules)) as CampaignRules
}
