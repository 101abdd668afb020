import { expect, test } from 'vitest'
import type { Campaign } from '@/api/campaigns'
import { foundCampaigns } from './finding'

const all = [
  { name: 'Spring Renewals', state: 'running', queue: { id: 1, name: 'Sales' } },
  { name: '春季回访', state: 'paused', queue: { id: 2, name: '客服' } },
] as Campaign[]

test('by words of the name and the queue, and by state', () => {
  const found = (text: string, state = '') => foundCampaigns(all, text, state).map(({ name }) => name)
  expect(found('')).toHaveLength(2)
  expect(found(' sales  SPRING ')).toEqual(['Spring Renewals'])
  expect(found('客服')).toEqual(['春季回访'])
  expect(found('', 'paused')).toEqual(['春季回访'])
  expect(found('spring', 'paused')).toEqual([])
})
