// What the agent works on: the call of their seat, kept until wrap-up is over even when it has left the floor.
import { callOf, myAgent, popOf, system, type FloorState } from '@/cti/store'
import type { AgentState, CallView, PopView } from '@/cti/views'
import type { PhoneCall, PhoneState } from '@/phone/softphone'

const IN_CALL: readonly AgentState[] = ['ringing', 'dialing', 'talking']

export interface Work {
  readonly callId: string
  readonly call: CallView | null
  readonly pop: PopView | null
}

/** The next work, given the one before: an ended call's last views stay. */
export function nextWork(before: Work | null, floor: FloorState): Work | null {
  const callId = myAgent(floor)?.call_id
  if (!callId) return null
  const kept = before?.callId === callId ? before : null
  const call = callOf(floor, callId) ?? kept?.call ?? null
  const pop = popOf(floor, callId) ?? kept?.pop ?? null
  if (kept && kept.call === call && kept.pop === pop) return kept
  return { callId, call, pop }
}

const ELSEWHERE: PhoneCall = { callId: null, phase: 'up', muted: false, from: '', rejoins: false, supervises: false, dials: false, connects: false }

/** The phone as the seat has it: a leg that is kept up, or is at another telephone, is of the call that the floor says. */
export function phoneOfSeat(raw: PhoneState, floor: FloorState): PhoneState {
  const seat = legOfSeat(raw, floor)
  return seat.call && isMutedAtSwitch(floor, seat.call.callId) ? { ...seat, call: { ...seat.call, muted: true } } : seat
}

/** The switch lets nothing through of what this agent says. */
export function isMutedAtSwitch(floor: FloorState, callId: string | null): boolean {
  return floor.me !== null && (callOf(floor, callId)?.muted?.includes(floor.me) ?? false)
}

function legOfSeat(raw: PhoneState, floor: FloorState): PhoneState {
  const agent = myAgent(floor)
  const persistent = raw.call?.persistent === true && raw.call.phase !== 'ringing'
  const elsewhere = raw.call === null && agent?.phone !== undefined && agent.phone !== 'browser'
  if (!persistent && !elsewhere) return raw
  const leg = { ...(raw.call ?? ELSEWHERE), persistent, elsewhere }
  if (agent?.supervises) return { ...raw, call: { ...leg, callId: agent.supervises, supervises: true } }
  const isUp = agent?.state === 'talking' && callOf(floor, agent.call_id)?.state !== 'rejoining'
  return { ...raw, call: isUp && raw.call?.phase !== 'answering' ? { ...leg, callId: agent.call_id ?? null } : null }
}

/** Ring only while the floor says so, or for a call that Callroom does not know; never because of an old event. */
export function shouldRing(floor: FloorState, isLive: boolean, phone: PhoneState): boolean {
  if (myAgent(floor)?.own_leg === 'up') return false // it beeps in the headset
  const isTaken = phone.call !== null && phone.call.phase !== 'ringing'
  if (isTaken) return false
  if (phone.call?.rejoins || phone.call?.dials || phone.call?.connects) return true // the page could not take it by itself
  if (isLive && myAgent(floor)?.state === 'ringing') return true
  return phone.call !== null && (phone.call.callId === null || !isLive)
}

/** The floor says that the call of this leg is over for the agent: its BYE was lost, or is on its way. */
export function isLegOver(floor: FloorState, isLive: boolean, phone: PhoneState): boolean {
  if (!isLive || phone.call === null || phone.call.callId === null) return false
  const agent = myAgent(floor)
  // until the switch was looked at after a restart, nobody knows what is going on there
  if (!agent || system(floor)?.stale_since) return false
  if (agent.supervises === phone.call.callId) return false
  if (agent.call_id !== phone.call.callId || !IN_CALL.includes(agent.state)) return true
  return callOf(floor, agent.call_id)?.state === 'rejoining' && phone.call.phase === 'up'
}

/** The call that the floor has the agent in while this page, which has the telephone, has no leg of it: after a reload. */
export function callWithoutLeg(floor: FloorState, isLive: boolean, phone: PhoneState): string | null {
  const agent = myAgent(floor)
  if (!isLive || phone.link !== 'registered' || phone.call !== null || agent?.state !== 'talking') return null
  const state = callOf(floor, agent.call_id)?.state
  return state === 'talking' || state === 'held' || state === 'rejoining' ? (agent.call_id ?? null) : null
}

/** A call that came straight from the switch while Callroom is away: all that is known of it is what the phone heard. */
export function directCall(work: Work | null, isLive: boolean, phone: PhoneState): PhoneCall | null {
  if (isLive || phone.call === null) return null
  return work !== null && work.callId === phone.call.callId ? null : phone.call
}
