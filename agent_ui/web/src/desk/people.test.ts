import { describe, expect, it } from 'vitest'
import { EMPTY, type FloorState } from '@/cti/store'
import type { AgentView, CallView, PartyView } from '@/cti/views'
import { apartOf, colleagues, invitationOf, isFree, mayControl, mayInvite, mayLeave, numberIn, partyFor, pressesFor } from './people'

function agent(agent_id: number, name: string, state: AgentView['state'], phone_reachable = true): AgentView {
  return { agent_id, name, state, phone_reachable, extension: `10${agent_id}`, reason: '', since: '', next_state: null, wrap_up_until: null, needs_disposition: false, screen_connected: true, queue_ids: [] }
}

function party(state: PartyView['state']): PartyView {
  return { party_id: 'p', agent_id: null, name: '', number: '13800138000', state, invited_at: '', answered_at: null }
}

function call(state: CallView['state'], parties: PartyView[] = []): CallView {
  return { call_id: 'c', state, agent_id: 11, parties } as unknown as CallView
}

function floorOf(...agents: AgentView[]): FloorState {
  return { ...EMPTY, objects: { ...Object.fromEntries(agents.map((one) => [`agent:${one.agent_id}`, one])), system: {} } }
}

describe('mayControl', () => {
  const ann = agent(11, 'Ann', 'talking')
  it('is for the one who leads a call that goes on', () => {
    expect(mayControl(call('talking'), ann)).toBe(true)
    expect(mayControl(call('held'), ann)).toBe(true)
  })
  it('is not for the invited, nor while the caller is somewhere else', () => {
    expect(mayControl(call('talking'), agent(12, 'Bob', 'talking'))).toBe(false)
    expect(mayControl(call('rejoining'), ann)).toBe(false)
    expect(mayControl(null, ann)).toBe(false)
    expect(mayControl(call('talking'), null)).toBe(false)
  })
})

describe('parties', () => {
  it('one who rings can only be given up, and nobody else is called meanwhile', () => {
    expect(pressesFor(party('ringing'))).toEqual(['drop'])
    expect(mayInvite(call('held', [party('ringing')]))).toBe(false)
    expect(mayLeave(call('held', [party('ringing')]))).toBe(false)
  })
  it('one who is there can be talked to, brought in, dropped or left with', () => {
    expect(pressesFor(party('consulted'))).toEqual(['swap', 'bring-in', 'drop'])
    expect(pressesFor(party('in_room'))).toEqual(['swap', 'drop'])
    expect(mayLeave(call('held', [party('consulted')]))).toBe(true)
  })
  it('a key means the one called last for whom it makes sense', () => {
    const first = { ...party('in_room'), party_id: 'first' }
    const second = { ...party('consulted'), party_id: 'second' }
    expect(partyFor(call('held', [first, second]), 'swap')?.party_id).toBe('second')
    expect(partyFor(call('held', [second, first]), 'bring-in')?.party_id).toBe('second')
    expect(partyFor(call('held', [party('ringing')]), 'swap')).toBeNull()
  })
  it('five are enough', () => {
    expect(mayInvite(call('talking', Array(4).fill(party('in_room'))))).toBe(true)
    expect(mayInvite(call('talking', Array(5).fill(party('in_room'))))).toBe(false)
  })
})

describe('who is in a call', () => {
  const bob = { ...party('consulted'), agent_id: 12 }
  it('may be somebody whom the one who leads it has called', () => {
    const led = { ...call('held', [party('in_room'), bob]), agent_name: 'Ann' }
    expect(invitationOf(led, 12)).toEqual({ leader: 'Ann', state: 'consulted' })
    expect(invitationOf(led, 11)).toBeNull()
    expect(invitationOf(null, 12)).toBeNull()
    expect(invitationOf(led, null)).toBeNull()
  })
  it('leaves the customer with music, alone or for somebody else', () => {
    const since = '2026-11-23T10:00:00Z'
    expect(apartOf({ ...call('held'), held_since: since, seat: 'alone' }, 11)).toEqual({ how: 'alone', since })
    expect(apartOf({ ...call('held', [bob]), held_since: since, seat: 'consulting' }, 11)).toEqual({ how: 'consulting', since })
    expect(apartOf({ ...call('held', [bob]), held_since: since, seat: 'consulting' }, 12)).toBeNull()
    expect(apartOf({ ...call('talking'), held_since: null, seat: 'in_room' }, 11)).toBeNull()
    expect(apartOf(null, 11)).toBeNull()
  })
})

describe('colleagues', () => {
  const floor = floorOf(agent(11, 'Ann', 'talking'), agent(12, 'Bob', 'talking'), agent(13, 'Cleo', 'ready'), agent(14, 'Dan', 'signed_out'), agent(15, 'Eve', 'ready', false))
  it('are all others at work, who is free first', () => {
    expect(colleagues(floor, 11, '').map((one) => one.name)).toEqual(['Cleo', 'Bob', 'Eve'])
  })
  it('are found by name and extension', () => {
    expect(colleagues(floor, 11, 'bO').map((one) => one.name)).toEqual(['Bob'])
    expect(colleagues(floor, 11, '1013').map((one) => one.name)).toEqual(['Cleo'])
  })
  it('in a pause may be asked, without a telephone not', () => {
    expect(isFree(agent(1, 'A', 'not_ready'))).toBe(true)
    expect(isFree(agent(1, 'A', 'ready', false))).toBe(false)
  })
})

describe('numberIn', () => {
  it('takes what people type', () => {
    expect(numberIn('138-0013 8000')).toBe('13800138000')
    expect(numberIn('+86 (755) 8888')).toBe('+867558888')
  })
  it('is no name and no fragment', () => {
    expect(numberIn('Bob 12')).toBeNull()
    expect(numberIn('12')).toBeNull()
  })
})
