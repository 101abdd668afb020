import { expect, test } from 'vitest'
import type { Campaign, CampaignRules } from '@/api/campaigns'
import { copyName, copyOf, draftOf } from './draft'

const rules = { lines_max: 20, retries: [{ verdicts: ['busy'], after_s: [300] }] } as unknown as CampaignRules

test('a new campaign has the rules of a new one, and they are its own', () => {
  const draft = draftOf(null, rules, 7)
  draft.rules.retries[0]!.after_s.push(600)
  expect([draft.queue_id, draft.mode, rules.retries[0]!.after_s]).toEqual([7, 'predictive', [300]])
})

test('one that is edited keeps what it has and names the version that was read', () => {
  const campaign = { name: 'A', mode: 'preview', queue: { id: 3, name: 'Q' }, policies: ['cn'], rules, starts_at: null, ends_at: null, version: 4 } as unknown as Campaign
  expect(draftOf(campaign, rules, 7)).toEqual({ name: 'A', mode: 'preview', queue_id: 3, policies: ['cn'], rules, starts_at: null, ends_at: null, version: 4 })
})

test('a copy has the settings and neither the times nor the version', () => {
  const campaign = { id: 9, name: 'A', mode: 'ratio', queue: { id: 3, name: 'Q' }, policies: ['cn'], rules, starts_at: '2026-11-23T08:00:00Z', ends_at: null, version: 4 } as unknown as Campaign
  const draft = copyOf(campaign, 'A (copy)')
  draft.rules.retries[0]!.after_s.push(600)
  expect(draft).toMatchObject({ name: 'A (copy)', mode: 'ratio', queue_id: 3, policies: ['cn'], starts_at: null })
  expect([draft.version, rules.retries[0]!.after_s]).toEqual([undefined, [300]])
})

test('each copy has a name of its own', () => {
  const called = (number: number) => (number === 1 ? 'A (copy)' : `A (copy ${number})`)
  expect(copyName(['A'], called)).toBe('A (copy)')
  expect(copyName(['A', 'A (copy)', 'A (copy 2)'], called)).toBe('A (copy 3)')
})
