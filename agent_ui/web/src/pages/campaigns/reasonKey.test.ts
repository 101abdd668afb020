import { expect, test } from 'vitest'
import { campaignLive as en } from '@/i18n/en/campaignLive'
import { reasonKey } from './reasonKey'

test('agents who are there, and only not for this campaign, are not said to be away', () => {
  expect(reasonKey({ reason: 'no_agents', ringing: 0, uncounted: {} })).toBe('reasons.no_agents')
  expect(reasonKey({ reason: 'no_agents', ringing: 0, uncounted: { other_campaign: 1 } })).toBe('noneCounted')
  expect(reasonKey({ reason: 'no_agents', ringing: 2, uncounted: { other_campaign: 1 } })).toBe('ringsForNobody')
  expect(en).toHaveProperty('noneCounted')
})

test('enough lines without a line that rings is for want of a free agent', () => {
  expect(reasonKey({ reason: 'as_set', ringing: 0, uncounted: {} })).toBe('agentsBusy')
  expect(reasonKey({ reason: 'enough_ringing', ringing: 3, uncounted: { paused: 1 } })).toBe('reasons.enough_ringing')
})
