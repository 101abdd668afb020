// What the form of a campaign holds.
import type { Campaign, CampaignBody, CampaignRules } from '@/api/campaigns'

export function draftOf(campaign: Campaign | null, rules: CampaignRules, queue_id: number | null): CampaignBody {
  if (!campaign) return { name: '', mode: 'predictive', queue_id, policies: [], rules: copy(rules), starts_at: null, ends_at: null }
  const { name, mode, queue, policies, starts_at, ends_at, version } = campaign
  return { name, mode, queue_id: queue.id, policies: [...policies], rules: copy(campaign.rules), starts_at, ends_at, version }
}

function copy(rules: CampaignRules): CampaignRules {
  return JSON.parse(JSON.stringify(rules)) as CampaignRules
}
