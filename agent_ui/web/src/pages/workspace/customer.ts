// A customer from the API in the shape of a pop's match.
import type { PopMatch } from '@/cti/views'

export interface CustomerAnswer {
  id: number
  name: string
  company?: string | null
  level?: string | null
  owner?: { name: string } | null
  language?: string | null
  tags?: string[]
  do_not_call?: object | null
  phones?: { number: string }[]
}

export function asMatch(customer: CustomerAnswer): PopMatch {
  return {
    customer_id: customer.id,
    name: customer.name,
    company: customer.company ?? null,
    level: customer.level ?? null,
    owner_name: customer.owner?.name ?? null,
    language: customer.language ?? null,
    is_vip: customer.level?.toLowerCase() === 'vip',
    tags: customer.tags ?? [],
    do_not_call: Boolean(customer.do_not_call),
    last_interactions: [],
    open_items: [],
  }
}
