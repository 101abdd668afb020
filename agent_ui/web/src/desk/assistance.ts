// Help that agents ask for, and what supervisors do about it.
import { computed } from 'vue'
import { askForHelp, needNoHelp } from '@/api/controls'
import { acceptHelp, closeHelp } from '@/api/supervising'
import { agents } from '@/cti/store'
import type { AgentView } from '@/cti/views'
import { isInControl } from './control'
import { floor, me, work } from './live'
import { act } from './seat'

export const wanted = computed(() => me.value?.help ?? null)
export const canAsk = computed(() => isInControl.value)

export async function toggleHelp(): Promise<void> {
  const callId = work.value?.callId
  if (callId && canAsk.value) await act('help', () => (wanted.value ? needNoHelp(callId) : askForHelp(callId)))
}

/** Whom the page shows it of; those whom nobody sees to first. */
export const asking = computed(() =>
  agents(floor.value)
    .filter((agent) => agent.help && agent.agent_id !== floor.value.me)
    .sort((a, b) => Number(a.help!.state === 'taken') - Number(b.help!.state === 'taken') || a.help!.asked_at.localeCompare(b.help!.asked_at)),
)

export function helperOf(agent: AgentView): string {
  return (floor.value.objects[`agent:${agent.help?.taken_by}`] as AgentView | undefined)?.name ?? ''
}

export const takeHelp = (agent: AgentView): Promise<boolean> => act('help', () => acceptHelp(agent.agent_id))
export const endHelp = (agent: AgentView): Promise<boolean> => act('help', () => closeHelp(agent.agent_id))
