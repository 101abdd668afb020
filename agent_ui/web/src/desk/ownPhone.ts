// How it is with the telephone that an agent talks at, in one word of `phones.now`.
import type { AgentView } from '@/cti/views'

export type OwnPhoneState = 'refused' | 'down' | 'ringing' | 'up' | 'closing' | 'lost' | 'outside' | 'there' | 'absent'
export type PhoneTone = 'ok' | 'busy' | 'bad' | 'idle'

type Seen = Pick<AgentView, 'state' | 'phone' | 'persistent' | 'own_leg' | 'phone_refusal' | 'phone_reachable'>

/** Only one that is called by the trunk cannot be known to be there. */
export function ownPhoneState(agent: Seen): OwnPhoneState {
  if (agent.phone_refusal) return 'refused'
  if (agent.persistent && agent.own_leg && agent.state !== 'signed_out') return agent.own_leg
  if (agent.phone === 'outside') return 'outside'
  return agent.phone_reachable ? 'there' : 'absent'
}

export const PHONE_TONES: Record<OwnPhoneState, PhoneTone> = {
  refused: 'bad',
  down: 'idle',
  ringing: 'busy',
  up: 'ok',
  closing: 'busy',
  lost: 'bad',
  outside: 'ok',
  there: 'ok',
  absent: 'bad',
}

/** They talk at another telephone than the page. */
export function talksElsewhere(agent: Pick<AgentView, 'phone'> | null): boolean {
  return (agent?.phone ?? 'browser') !== 'browser'
}
