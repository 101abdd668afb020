// Who may do what with the people of a call: decided apart from the page.
import type { PartyPress } from '@/api/controls'
import type { FloorState } from '@/cti/store'
import type { AgentView, CallView, PartyState, PartyView } from '@/cti/views'

const MOST_PARTIES = 5
const FREE: readonly string[] = ['ready', 'not_ready']

/** The call is mine, I talk in it, and it is not interrupted. */
export function mayControl(call: CallView | null, me: AgentView | null): boolean {
  if (!call || !me || call.agent_id !== me.agent_id) return false
  return call.state === 'talking' || call.state === 'held'
}

export function mayInvite(call: CallView): boolean {
  return call.parties.length < MOST_PARTIES && !call.parties.some((party) => party.state === 'ringing')
}

/** Somebody is there with whom the customer can be left. */
export function mayLeave(call: CallView): boolean {
  return call.parties.some((party) => party.state !== 'ringing')
}

export function pressesFor(party: PartyView): PartyPress[] {
  if (party.state === 'ringing') return ['drop']
  return party.state === 'in_room' ? ['swap', 'drop'] : ['swap', 'bring-in', 'drop']
}

/** Whom the key means: the last of those for whom it makes sense, as the one who was called last is the one talked with. */
export function partyFor(call: CallView, press: PartyPress): PartyView | null {
  return call.parties.filter((party) => pressesFor(party).includes(press)).at(-1) ?? null
}

/** Whose call it is that this agent was called to, and how they are in it; null for who leads it. */
export function invitationOf(call: CallView | null, agentId: number | null): { leader: string; state: PartyState } | null {
  const party = agentId === null ? undefined : call?.parties.find((one) => one.agent_id === agentId)
  return call && party ? { leader: call.agent_name ?? '', state: party.state } : null
}

/** The customer hears music because the agent who leads the call talks with somebody else, or with nobody. */
export function apartOf(call: CallView | null, agentId: number): { how: 'consulting' | 'alone'; since: string } | null {
  if (!call?.held_since || call.agent_id !== agentId) return null
  return { how: call.seat === 'consulting' ? 'consulting' : 'alone', since: call.held_since }
}

export function isFree(agent: AgentView): boolean {
  return FREE.includes(agent.state) && agent.phone_reachable
}

/** Colleagues whose name or extension has the text, those who can be called first. */
export function colleagues(floor: FloorState, myId: number, text: string): AgentView[] {
  const wanted = text.trim().toLocaleLowerCase()
  return Object.entries(floor.objects)
    .filter(([key]) => key.startsWith('agent:'))
    .map(([, view]) => view as AgentView)
    .filter((agent) => agent.agent_id !== myId && agent.state !== 'signed_out')
    .filter((agent) => !wanted || agent.name.toLocaleLowerCase().includes(wanted) || (agent.extension ?? '').startsWith(wanted))
    .sort((a, b) => Number(isFree(b)) - Number(isFree(a)) || a.name.localeCompare(b.name))
}

/** What was typed, as a number to call; null when it is none. */
export function numberIn(text: string): string | null {
  const number = text.replace(/[\s().-]/g, '')
  return /^\+?\d{3,20}$/.test(number) ? number : null
}
