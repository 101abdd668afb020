// Which talk a supervisor attends, and what can be done to whom: decided apart from the page.
import { callOf, myAgent, type FloorState } from '@/cti/store'
import type { AgentView, CallView, Mode, SupervisionView } from '@/cti/views'

export const MODES: readonly Mode[] = ['listen', 'whisper', 'barge', 'take_over']

export interface Attended {
  readonly call: CallView
  readonly supervision: SupervisionView
}

/** The talk that this page's person attends now. */
export function attendedBy(floor: FloorState): Attended | null {
  const call = callOf(floor, myAgent(floor)?.supervises)
  const supervision = call?.supervisions?.find((one) => one.supervisor_id === floor.me)
  return call && supervision ? { call, supervision } : null
}

/** The agent leads a talk that somebody else can hear. */
export function isAttendable(agent: AgentView, call: CallView | null, myId: number | null): boolean {
  if (!call || agent.agent_id === myId || call.agent_id !== agent.agent_id) return false
  return call.state === 'talking' || call.state === 'held'
}

export type Force = 'hang_up' | 'ready' | 'pause' | 'sign_out'

/** What can be forced on the agent as they are now. */
export function forcesFor(agent: AgentView, call: CallView | null): Force[] {
  if (agent.state === 'signed_out') return []
  const found: Force[] = []
  if (agent.state === 'talking' && call) found.push('hang_up')
  if (agent.phone_reachable && (agent.state === 'not_ready' || agent.state === 'wrap_up')) found.push('ready')
  if (!agent.next_state) found.push('pause')
  if (agent.state !== 'talking') found.push('sign_out')
  return found
}

/** To speak, the supervisor's page needs a microphone. */
export function needsVoice(mode: Mode): boolean {
  return mode !== 'listen'
}
