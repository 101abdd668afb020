import { describe, expect, it } from 'vitest'
import { EMPTY, type FloorState } from '@/cti/store'
import type { AgentView, CallView } from '@/cti/views'
import { attendedBy, forcesFor, isAttendable, needsVoice } from './attending'

const agent = (part: Partial<AgentView>): AgentView => ({ agent_id: 7, name: 'Li', state: 'talking', phone_reachable: true, next_state: null, ...part }) as AgentView
const call = (part: Partial<CallView>): CallView => ({ call_id: 'c1', agent_id: 7, state: 'talking', supervisions: [], ...part }) as CallView

function floor(supervises: string | null, supervisor_id: number): FloorState {
  const supervision = { supervisor_id, name: 'Wang', agent_id: 7, state: 'listening', mode: 'listen', confirmed: true, since: null }
  return { ...EMPTY, me: 2, objects: { 'agent:2': agent({ agent_id: 2, supervises }), 'call:c1': call({ supervisions: [supervision as never] }) } }
}

describe('the talk that is attended', () => {
  it('is the one that the floor says, and only by me', () => {
    expect(attendedBy(floor('c1', 2))?.supervision.mode).toBe('listen')
    expect(attendedBy(floor('c1', 3))).toBeNull()
    expect(attendedBy(floor(null, 2))).toBeNull()
    expect(attendedBy(EMPTY)).toBeNull()
  })
})

describe('a talk', () => {
  it('can be attended while its agent leads it, and it is not my own', () => {
    expect(isAttendable(agent({}), call({}), 2)).toBe(true)
    expect(isAttendable(agent({}), call({ state: 'held' }), 2)).toBe(true)
    expect(isAttendable(agent({}), call({ state: 'rejoining' }), 2)).toBe(false)
    expect(isAttendable(agent({}), call({ agent_id: 8 }), 2)).toBe(false)
    expect(isAttendable(agent({}), call({}), 7)).toBe(false)
    expect(isAttendable(agent({}), null, 2)).toBe(false)
  })
  it('needs a microphone for everything but listening', () => {
    expect(needsVoice('listen')).toBe(false)
    expect(needsVoice('barge')).toBe(true)
  })
})

describe('what can be forced', () => {
  it('depends on what the agent does', () => {
    expect(forcesFor(agent({ state: 'signed_out' }), null)).toEqual([])
    expect(forcesFor(agent({}), call({}))).toEqual(['hang_up', 'pause'])
    expect(forcesFor(agent({ next_state: 'break' }), null)).toEqual([])
    expect(forcesFor(agent({ state: 'wrap_up' }), null)).toEqual(['ready', 'pause', 'sign_out'])
    expect(forcesFor(agent({ state: 'not_ready', phone_reachable: false }), null)).toEqual(['pause', 'sign_out'])
    expect(forcesFor(agent({ state: 'ready' }), null)).toEqual(['pause', 'sign_out'])
  })
})
