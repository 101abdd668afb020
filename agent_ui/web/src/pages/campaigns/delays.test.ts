import { expect, test } from 'vitest'
import { bounded, delaysText, readDelays, unitOf } from './delays'

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

test('a duration is shown in the largest unit of which it is whole ones', () => {
  expect([86_400, 90_000, 7_200, 5_400, 90, 30].map(unitOf)).toEqual(['d', 'h', 'h', 'min', 'min', 'min'])
  expect([bounded(30, 60, 120), bounded(90, 60, 120), bounded(180, 60, 120)]).toEqual([60, 90, 120])
})
