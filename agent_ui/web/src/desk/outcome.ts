// How it ended with a number that this agent called, when nobody took it.
import { callOf, calls, myAgent, type FloorState } from '@/cti/store'
import type { CallView } from '@/cti/views'

/** The call that the agent of this page dials now. */
export function dialedCall(state: FloorState): CallView | null {
  const me = myAgent(state)
  const call = me?.state === 'dialing' ? callOf(state, me.call_id) : null
  return call?.direction === 'outbound' ? call : null
}

/** A call that was being dialed is over without a talk. */
export function whatBecameOf(callId: string | null, state: FloorState): CallView | null {
  const call = callId === null ? null : callOf(state, callId)
  return call?.state === 'ended' && call.talk_started_at === null ? call : null
}

/** Busy at once: server and page tell several changes in one, and the first that is heard of this call is its end. */
export function overUnseen(before: FloorState, state: FloorState): CallView | null {
  if (before.seq === null || state.me === null) return null
  const isIt = (call: CallView): boolean => call.direction === 'outbound' && call.agent_id === state.me && callOf(before, call.call_id) === null
  return calls(state).find((call) => isIt(call) && whatBecameOf(call.call_id, state) !== null) ?? null
}
