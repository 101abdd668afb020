import { describe, expect, it } from 'vitest'
import type { StaffingKnown, StaffingPlan } from '@/api/staffing'
import { bodyOf, draftOfKnown, draftOfPlan, numbersBetween } from './staffing'

const KNOWN: StaffingKnown = {
  ...{ people: 1200, agents: 9, hours_per_day: 8, talk_s: 95.5, wrap_up_s: 14, answer_ratio: 0.145, machine_ratio: 0.24, dead_ratio: 0.07 },
  ...{ mode: 'predictive', lines_per_agent: 1.5, lines_max: 40, abandonment_limit_ratio: 0.03 },
  sources: { talk_s: 'learned' },
}

describe('the numbers of agents to try', () => {
  it('are both ends and some between, each once', () => {
    expect(numbersBetween(5, 20)).toEqual([5, 9, 13, 16, 20])
    expect(numbersBetween(3, 5)).toEqual([3, 4, 5])
    expect(numbersBetween(7, 7)).toEqual([7])
    expect(numbersBetween(4, 2)).toEqual([2, 3, 4])
  })
})

describe('a draft', () => {
  it('begins around the agents that there are', () => {
    const draft = draftOfKnown(KNOWN, 3)
    expect([draft.from, draft.to, draft.campaign_id]).toEqual([4, 18, 3])
    expect([draft.answer_percent, draft.limit_percent, draft.talk_s]).toEqual([14.5, 3, 95.5])
    const large = draftOfKnown({ ...KNOWN, agents: 150 }, null)
    expect([large.from, large.to]).toEqual([75, 200])
    expect(draftOfKnown({ ...KNOWN, agents: 1 }, null).from).toBe(1)
  })

  it('is asked for as it stands there, and comes back from what was asked', () => {
    const draft = draftOfKnown(KNOWN, 3)
    const { campaign_id, ...asked } = bodyOf(draft)
    expect([asked.answer_ratio, asked.abandonment_limit_ratio, asked.agents.at(-1)]).toEqual([0.145, 0.03, 18])
    expect(asked).not.toHaveProperty('from')
    const plan: StaffingPlan = { state: 'ready', done_ratio: 1, error: '', campaign_id, asked, lines: [], house_lines_max: 0 }
    expect(draftOfPlan(plan)).toEqual(draft)
    expect(draftOfPlan({ ...plan, asked: null })).toBeNull()
  })
})
