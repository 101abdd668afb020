import { expect, it } from 'vitest'
import { isSlug, slugOf } from './slug'

it('makes a code of a label', () => {
  expect(['Sold!', ' Call  back ', 'Café – closed', '成交', "Won't buy"].map(slugOf)).toEqual(['sold', 'call_back', 'cafe_closed', '', 'wont_buy'])
})

it('knows a code', () => {
  expect(['sold', 'a1_b'].map(isSlug)).toEqual([true, true])
  expect(['', '_a', 'A', '../a', '中'].some(isSlug)).toBe(false)
})
