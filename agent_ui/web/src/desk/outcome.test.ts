import { expect, test } from 'vitest'
import type { FloorState } from '@/cti/store'
import type { CallView } from '@/cti/views'
import { overUnseen } from './outcome'

const ENDED = { call_id: 'c1', direction: 'outbound', state: 'ended', agent_id: 7, talk_started_at: null, arrived_at: '2026-11-24T02:00:00Z' }

function floorWith(...calls: (Partial<CallView> & { call_id: string })[]): FloorState {
  const objects = Object.fromEntries(calls.map((call) => [`call:${call.call_id}`, call as CallView]))
  return { seq: 4, at: '2026-11-24T02:00:00Z', me: 7, objects }
}

test('a number that was busy before anything of its call was told', () => {
  expect(overUnseen(floorWith(), floorWith(ENDED as CallView))?.call_id).toBe('c1')
})

test.each([
  ['of which something was told', floorWith({ ...ENDED, state: 'dialing' } as CallView), floorWith(ENDED as CallView)],
  ['of somebody else', floorWith(), floorWith({ ...ENDED, agent_id: 8 } as CallView)],
  ['that came in', floorWith(), floorWith({ ...ENDED, direction: 'inbound' } as CallView)],
  ['with a talk', floorWith(), floorWith({ ...ENDED, talk_started_at: '2026-11-24T02:00:01Z' } as CallView)],
  ['that a page finds when it is opened', { ...floorWith(), seq: null }, floorWith(ENDED as CallView)],
])('not one %s', (_, before, state) => {
  expect(overUnseen(before, state)).toBeNull()
})
