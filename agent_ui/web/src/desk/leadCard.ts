// What the page asks about somebody on a list, and how much of it is shown at first.
import type { EarlierAttempt, LeadCard } from '@/cti/leadViews'
import type { Work } from './work'

export const COLUMNS_AT_FIRST = 12

/** The call may be a campaign's: it says so, or it has left the floor before this page was loaded, and only the server knows. */
export function mayBeCampaigns(work: Work | null): boolean {
  return work !== null && (work.call === null || work.call.campaign_id !== null)
}

/** A list may have any number of columns: beyond some, they are shown when they are asked for. */
export function columnsOf(lead: LeadCard, all: boolean): LeadCard['columns'] {
  const filled = lead.columns.filter((column) => column.value.trim())
  return all || filled.length <= COLUMNS_AT_FIRST ? filled : filled.slice(0, COLUMNS_AT_FIRST)
}

/** How many are left out. */
export function columnsLeft(lead: LeadCard, all: boolean): number {
  return columnsOf(lead, true).length - columnsOf(lead, all).length
}

interface Words {
  verdict: (code: string) => string
  disposition: (code: string) => string
}

/** What came of it, in one line; what an agent said goes before what the line said. */
export function outcomeOf(attempt: EarlierAttempt, words: Words): string {
  const came = attempt.disposition ? words.disposition(attempt.disposition) : attempt.verdict ? words.verdict(attempt.verdict) : ''
  return [came, attempt.agent_name].filter(Boolean).join(' · ')
}
