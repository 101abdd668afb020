import { describe, expect, it } from 'vitest'
import type { EarlierAttempt, LeadCard } from '@/cti/leadViews'
import type { CallView } from '@/cti/views'
import { columnsLeft, columnsOf, COLUMNS_AT_FIRST, mayBeCampaigns, outcomeOf } from './leadCard'

function work(campaign_id: number | null) {
  return { callId: 'c1', call: { call_id: 'c1', campaign_id } as CallView, pop: null }
}

function lead(...values: string[]): LeadCard {
  return { columns: values.map((value, index) => ({ name: `column ${index}`, value })) } as LeadCard
}

describe('mayBeCampaigns', () => {
  it('asks nothing without a call, or for a call that is no campaign’s', () => {
    expect(mayBeCampaigns(null)).toBe(false)
    expect(mayBeCampaigns(work(null))).toBe(false)
  })

  it('asks for a campaign’s call, and for one that nobody knows any more', () => {
    expect(mayBeCampaigns(work(3))).toBe(true)
    expect(mayBeCampaigns({ callId: 'c1', call: null, pop: null })).toBe(true)
  })
})

describe('columnsOf', () => {
  it('leaves out what is empty', () => {
    expect(columnsOf(lead('gold', ' ', ''), false).map((one) => one.value)).toEqual(['gold'])
    expect(columnsLeft(lead('gold', ' '), false)).toBe(0)
  })

  it('shows the first ones, and all of them when asked', () => {
    const many = lead(...Array.from({ length: COLUMNS_AT_FIRST + 3 }, (_, index) => `value ${index}`))
    expect(columnsOf(many, false)).toHaveLength(COLUMNS_AT_FIRST)
    expect(columnsLeft(many, false)).toBe(3)
    expect(columnsOf(many, true)).toHaveLength(COLUMNS_AT_FIRST + 3)
    expect(columnsLeft(many, true)).toBe(0)
  })

  it('hides none where all fit', () => {
    const fits = lead(...Array.from({ length: COLUMNS_AT_FIRST }, () => 'x'))
    expect(columnsOf(fits, false)).toHaveLength(COLUMNS_AT_FIRST)
  })
})

describe('outcomeOf', () => {
  const words = { verdict: (code: string) => `verdict ${code}`, disposition: (code: string) => `said ${code}` }
  const attempt: EarlierAttempt = { call_id: null, at: '2026-11-22T08:00:00Z', verdict: 'human', disposition: null, agent_name: null, note: '' }

  it('is what the line said where nobody said more', () => {
    expect(outcomeOf(attempt, words)).toBe('verdict human')
  })

  it('is what the agent said, and who it was', () => {
    expect(outcomeOf({ ...attempt, disposition: 'later', agent_name: 'Ann' }, words)).toBe('said later · Ann')
  })

  it('is nothing while nothing came of it', () => {
    expect(outcomeOf({ ...attempt, verdict: null }, words)).toBe('')
  })
})
