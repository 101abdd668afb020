// Which campaigns a manager looks for.
import type { Campaign } from '@/api/campaigns'

/** Each word is in the name or the queue's, in whatever case; an empty state is every one. */
export function foundCampaigns(all: readonly Campaign[], text: string, state: string): Campaign[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  return all.filter((one) => {
    const said = `${one.name} ${one.queue.name}`.toLowerCase()
    return (!state || one.state === state) && words.every((word) => said.includes(word))
  })
}
