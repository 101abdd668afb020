import { expect, test } from 'vitest'
import { delaysText, readDelays } from './delays'

test('what is written is read again', () => {
  for (const all of [[300], [300, 7_200, 86_400], [5_400], [90]]) expect(readDelays(delaysText(all))).toEqual(all)
  expect(delaysText([300, 7_200, 259_200])).toBe('5 min, 2 h, 3 d')
})

test('people write in many ways', () => {
  expect(readDelays(' 5min、1.5 h ，2天')).toEqual([300, 5_400, 172_800])
})

test('nonsense is none', () => {
  for (const text of ['', 'soon', '5', '5 min, soon', '-5 min']) expect(readDelays(text)).toBeNull()
})
