// What a tab does when asked to take the telephone over from another one.
import type { AgentState, AgentView } from '@/cti/views'

export type TakeOverStep = 'wait' | 'ask' | 'take'

const IN_CALL: readonly AgentState[] = ['ringing', 'dialing', 'talking']

/** Until the page has heard of its agent there may be a call that would be moved without a question. */
export function takeOverStep(agent: Pick<AgentView, 'state'> | null): TakeOverStep {
  if (agent === null) return 'wait'
  return IN_CALL.includes(agent.state) ? 'ask' : 'take'
}
