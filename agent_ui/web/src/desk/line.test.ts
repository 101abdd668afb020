import { expect, test } from 'vitest'
import type { CallView } from '@/cti/views'
import type { FloorState } from '@/cti/store'
import { firstBefore, inLines, isLast, isPlaceBefore, lineOf, priorityBy } from './line'

function call(call_id: string, queue_id: number, position: number | null, more: Partial<CallView> = {}): CallView {
  return { call_id, queue_id, queue_name: `Q${queue_id}`, position, state: 'waiting', flow_priority: 0, ...more } as CallView
}

const rings = call('r', 1, null, { state: 'ringing' })
const calls = [call('b', 1, 2), call('z', 2, 1), rings, call('a', 1, 1), call('t', 1, null, { state: 'talking' })]

test('by line and position, and who talks waits no more', () => {
  expect(inLines(calls).map((one) => one.call_id)).toEqual(['r', 'a', 'b', 'z'])
})

test('a line is as long as the boards say: who rings at an agent still waits', () => {
  const since = (minute: number): Partial<CallView> => ({ waiting_since: `2026-11-23T10:0${minute}:00Z` })
  const standing = [call('a', 1, 1, since(2)), call('r', 1, null, { state: 'ringing', ...since(1) }), call('z', 2, 1, since(0)), call('t', 1, null, { state: 'talking' })]
  const floor = { seq: 1, at: null, me: null, objects: Object.fromEntries(standing.map((one) => [`call:${one.call_id}`, one])) } as unknown as FloorState
  expect(lineOf(floor, 1)).toEqual({ count: 2, since: '2026-11-23T10:01:00Z' })
  expect(lineOf(floor, 3)).toEqual({ count: 0, since: null })
})

test('the front is before the first who still waits, the end is after the last', () => {
  const [b, z, , a] = calls as [CallView, CallView, CallView, CallView]
  expect([firstBefore(b, calls), firstBefore(a, calls), firstBefore(z, calls)]).toEqual(['a', null, null])
  expect([isLast(b, calls), isLast(a, calls), isLast(z, calls)]).toEqual([true, false, true])
})

test('a caller is dropped before another one of the same line', () => {
  const [b, z, , a] = calls as [CallView, CallView, CallView, CallView]
  expect([isPlaceBefore(b, a), isPlaceBefore(b, b), isPlaceBefore(z, a), isPlaceBefore(null, a), isPlaceBefore(a, rings)]).toEqual([true, false, false, false, false])
})

test('a priority stays within its bounds', () => {
  expect([priorityBy(call('a', 1, 1), 1), priorityBy(call('a', 1, 1), -1)]).toEqual([1, null])
  expect(priorityBy(call('a', 1, 1, { flow_priority: 100 }), 1)).toBeNull()
})
