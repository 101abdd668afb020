// What a tab does when asked to take the telephone over from another one.
import type { AgentView } from '@/cti/views'

export type TakeOverStep = 'wait' | 'ask' | 'take'

/** Until the page has heard of its agent there may be a call that would be moved without a question. */
export function takeOverStep(agent: Pick<AgentView, 'state'> | null): TakeOverStep {
  if (agent === null) return 'wait'
  return agent.state === 'talking' || agent.state === 'ringing' ? 'ask' : 'take'
}
