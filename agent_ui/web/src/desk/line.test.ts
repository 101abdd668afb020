import { expect, test } from 'vitest'
import type { CallView } from '@/cti/views'
import { firstBefore, inLines, isLast, isPlaceBefore, priorityBy } from './line'

function call(call_id: string, queue_id: number, position: number | null, more: Partial<CallView> = {}): CallView {
  return { call_id, queue_id, queue_name: `Q${queue_id}`, position, state: 'waiting', flow_priority: 0, ...more } as CallView
}

const rings = call('r', 1, null, { state: 'ringing' })
const calls = [call('b', 1, 2), call('z', 2, 1), rings, call('a', 1, 1), call('t', 1, null, { state: 'talking' })]

test('by line and position, and who talks waits no more', () => {
  expect(inLines(calls).map((one) => one.call_id)).toEqual(['r', 'a', 'b', 'z'])
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
