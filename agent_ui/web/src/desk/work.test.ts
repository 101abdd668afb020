import { describe, expect, it } from 'vitest'
import { EMPTY, type FloorState } from '@/cti/store'
import type { AgentState } from '@/cti/views'
import { OFF, type PhoneState } from '@/phone/softphone'
import { callWithoutLeg, directCall, isLegOver, isMutedAtSwitch, nextWork, phoneOfSeat, shouldRing } from './work'

function floor(state: AgentState, callId: string | null = 'c1', more: Record<string, unknown> = {}): FloorState {
  return { seq: 1, at: '', me: 7, objects: { 'agent:7': { agent_id: 7, state, call_id: callId }, ...more } }
}

function phone(phase: 'ringing' | 'answering' | 'up' | null, callId: string | null = 'c1'): PhoneState {
  return { ...OFF, call: phase && { callId, phase, muted: false, from: '', rejoins: false, supervises: false, dials: false, connects: false } }
}

describe('nextWork', () => {
  const call = { call_id: 'c1' }
  const pop = { call_id: 'c1', matches: [] }

  it('is nothing without a call', () => {
    expect(nextWork(null, EMPTY)).toBeNull()
    expect(nextWork(null, floor('ready', null))).toBeNull()
  })

  it('keeps the views of a call that has left the floor, until the seat has another', () => {
    const first = nextWork(null, floor('talking', 'c1', { 'call:c1': call, 'pop:c1': pop }))
    expect(first).toEqual({ callId: 'c1', call, pop })
    const wrapUp = nextWork(first, floor('wrap_up'))
    expect(wrapUp).toBe(first)
    expect(nextWork(first, floor('ringing', 'c2'))).toEqual({ callId: 'c2', call: null, pop: null })
  })
})

describe('shouldRing', () => {
  it('follows the floor', () => {
    expect(shouldRing(floor('ringing'), true, phone(null))).toBe(true)
    expect(shouldRing(floor('ringing'), true, phone('ringing'))).toBe(true)
    expect(shouldRing(floor('ready', null), true, phone('ringing'))).toBe(false)
    expect(shouldRing(floor('talking'), true, phone('up'))).toBe(false)
  })

  it('stops the moment the agent answers', () => {
    expect(shouldRing(floor('ringing'), true, phone('answering'))).toBe(false)
  })

  it('follows the phone for a call that the floor does not know, and when the floor is out of sight', () => {
    expect(shouldRing(floor('ready', null), true, phone('ringing', null))).toBe(true)
    expect(shouldRing(floor('ringing'), false, phone('ringing'))).toBe(true)
    expect(shouldRing(floor('ringing'), false, phone(null))).toBe(false)
  })
})

describe('isLegOver', () => {
  it('is true when the seat no longer has this call', () => {
    expect(isLegOver(floor('wrap_up'), true, phone('up'))).toBe(true)
    expect(isLegOver(floor('ready', null), true, phone('ringing'))).toBe(true)
    expect(isLegOver(floor('ringing', 'c2'), true, phone('up'))).toBe(true)
  })

  it('is false in the call, for plain calls, out of sight, and without a seat', () => {
    expect(isLegOver(floor('talking'), true, phone('up'))).toBe(false)
    expect(isLegOver(floor('ringing'), true, phone('ringing'))).toBe(false)
    expect(isLegOver(floor('ready', null), true, phone('up', null))).toBe(false)
    expect(isLegOver(floor('wrap_up'), false, phone('up'))).toBe(false)
    expect(isLegOver(floor('wrap_up'), true, phone(null))).toBe(false)
    expect(isLegOver(EMPTY, true, phone('up'))).toBe(false)
    const blind = floor('wrap_up')
    expect(isLegOver({ ...blind, objects: { ...blind.objects, system: { node_up: {}, stale_since: 'x' } } }, true, phone('up'))).toBe(false)
  })
})

describe('the leg of a supervisor', () => {
  it('is over when the floor says that the talk is attended no more, unless it was taken over', () => {
    const seat = (more: object): FloorState => ({ ...EMPTY, me: 7, objects: { 'agent:7': { agent_id: 7, state: 'signed_out', call_id: null, ...more } } })
    expect(isLegOver(seat({ supervises: 'c1' }), true, phone('up'))).toBe(false)
    expect(isLegOver(seat({ supervises: null }), true, phone('up'))).toBe(true)
    expect(isLegOver(seat({ supervises: null, state: 'talking', call_id: 'c1' }), true, phone('up'))).toBe(false)
  })
})

describe('directCall', () => {
  it('is the phone call of which the page knows nothing while Callroom is away', () => {
    const call = phone('ringing', 'c9')
    expect(directCall(null, false, call)).toBe(call.call)
    expect(directCall({ callId: 'c1', call: null, pop: null }, false, call)).toBe(call.call)
    expect(directCall({ callId: 'c9', call: null, pop: null }, false, call)).toBeNull()
    expect(directCall(null, true, call)).toBeNull()
    expect(directCall(null, false, phone(null))).toBeNull()
  })
})

describe('callWithoutLeg', () => {
  const call = (state: string) => ({ 'call:c1': { call_id: 'c1', state } })
  const registered: PhoneState = { ...OFF, link: 'registered' }

  it('is the call that the floor has the agent in', () => {
    expect(callWithoutLeg(floor('talking', 'c1', call('talking')), true, registered)).toBe('c1')
    expect(callWithoutLeg(floor('talking', 'c1', call('rejoining')), true, registered)).toBe('c1')
  })

  it('is none with a leg, without a phone, from an old copy, and after the call', () => {
    const talking = floor('talking', 'c1', call('talking'))
    expect(callWithoutLeg(talking, true, { ...phone('ringing'), link: 'registered' })).toBeNull()
    expect(callWithoutLeg(talking, true, phone(null))).toBeNull()
    expect(callWithoutLeg(talking, false, registered)).toBeNull()
    expect(callWithoutLeg(floor('talking', 'c1', call('leaving')), true, registered)).toBeNull()
    expect(callWithoutLeg(floor('wrap_up', 'c1', call('ended')), true, registered)).toBeNull()
    expect(callWithoutLeg(EMPTY, true, registered)).toBeNull()
  })
})

describe('a talk to be rejoined', () => {
  const held = floor('talking', 'c1', { 'call:c1': { call_id: 'c1', state: 'rejoining' } })

  it('rings when the page could not take it by itself', () => {
    const ringing = phone('ringing')
    expect(shouldRing(held, true, { ...ringing, call: ringing.call && { ...ringing.call, rejoins: true } })).toBe(true)
    expect(shouldRing(held, true, { ...ringing, call: ringing.call && { ...ringing.call, connects: true } })).toBe(true)
  })

  it('makes an old leg one that is over', () => {
    expect(isLegOver(held, true, phone('up'))).toBe(true)
    expect(isLegOver(held, true, phone('answering'))).toBe(false)
    expect(isLegOver(held, true, phone('ringing'))).toBe(false)
  })
})

describe('phoneOfSeat', () => {
  const kept = phone('up', null)
  const raw: PhoneState = { ...kept, call: kept.call && { ...kept.call, persistent: true } }
  const talking = { 'call:c1': { call_id: 'c1', state: 'talking' } }

  it('leaves a leg of one call as it is', () => {
    expect(phoneOfSeat(phone('up'), floor('talking'))).toEqual(phone('up'))
    expect(phoneOfSeat(phone(null), floor('ready', null))).toEqual(phone(null))
  })

  it('has a leg that is kept up in the call that the floor says, and in none between two', () => {
    expect(phoneOfSeat(raw, floor('ready', null)).call).toBeNull()
    expect(phoneOfSeat(raw, floor('ringing')).call).toBeNull()
    expect(phoneOfSeat(raw, floor('talking', 'c1', talking)).call).toMatchObject({ callId: 'c1', phase: 'up' })
    expect(phoneOfSeat(raw, floor('talking', 'c1', { 'call:c1': { call_id: 'c1', state: 'rejoining' } })).call).toBeNull()
    expect(phoneOfSeat(raw, floor('wrap_up')).call).toBeNull()
  })

  it('shows one that the page could not take by itself', () => {
    const rings: PhoneState = { ...raw, call: raw.call && { ...raw.call, phase: 'ringing' } }
    expect(phoneOfSeat(rings, floor('ready', null))).toEqual(rings)
    const taking: PhoneState = { ...raw, call: raw.call && { ...raw.call, phase: 'answering' } }
    expect(phoneOfSeat(taking, floor('talking', 'c1', talking)).call).toBeNull()
  })

  it('is of the call that a supervisor attends', () => {
    const attending = floor('ready', null, { 'agent:7': { state: 'ready', call_id: null, supervises: 'c9' } })
    expect(phoneOfSeat(raw, attending).call).toMatchObject({ callId: 'c9', supervises: true })
  })

  it('has the buttons here of a talk at another telephone', () => {
    const there = floor('talking', 'c1', { ...talking, 'agent:7': { state: 'talking', call_id: 'c1', phone: 'sip' } })
    expect(phoneOfSeat(phone(null), there).call).toMatchObject({ callId: 'c1', phase: 'up', elsewhere: true })
  })

  it('is muted when the switch says so, whatever the page did', () => {
    const muted = floor('talking', 'c1', { 'call:c1': { call_id: 'c1', state: 'talking', muted: [7] } })
    expect(phoneOfSeat(phone('up'), muted).call).toMatchObject({ callId: 'c1', muted: true })
    const other = floor('talking', 'c1', { 'call:c1': { call_id: 'c1', state: 'talking', muted: [8] } })
    expect(phoneOfSeat(phone('up'), other)).toEqual(phone('up'))
    expect(isMutedAtSwitch(EMPTY, 'c1')).toBe(false)
  })

  it('rings no bell for a beep', () => {
    const beeping = floor('ringing', 'c1', { 'agent:7': { state: 'ringing', call_id: 'c1', own_leg: 'up' } })
    expect(shouldRing(beeping, true, phone(null))).toBe(false)
  })
})
