import { describe, expect, it } from 'vitest'
import { ownPhoneState, talksElsewhere } from './ownPhone'

const KEPT = { state: 'ready', phone: 'sip', persistent: true, own_leg: 'lost', phone_refusal: '', phone_reachable: false } as const

describe('the own telephone', () => {
  it('is refused before all else', () => {
    expect(ownPhoneState({ ...KEPT, phone_refusal: 'number_blocked' })).toBe('refused')
  })

  it('is where its line is while that is kept up, and only then', () => {
    expect(ownPhoneState(KEPT)).toBe('lost')
    expect(ownPhoneState({ ...KEPT, own_leg: 'up', phone_reachable: true })).toBe('up')
    expect(ownPhoneState({ ...KEPT, state: 'signed_out', own_leg: 'down' })).toBe('absent')
  })

  it('is there or not when it is rung for each call, and outside nobody knows', () => {
    const rung = { ...KEPT, persistent: false }
    expect([ownPhoneState(rung), ownPhoneState({ ...rung, phone_reachable: true })]).toEqual(['absent', 'there'])
    expect(ownPhoneState({ ...rung, phone: 'outside', phone_reachable: true })).toBe('outside')
  })

  it('is the page for who never chose', () => {
    expect([talksElsewhere(null), talksElsewhere({}), talksElsewhere({ phone: 'browser' }), talksElsewhere({ phone: 'sip' })]).toEqual([false, false, false, true])
  })
})
