// Parked callers: who is there for this person to pick up, and what is done with them.
import { computed } from 'vue'
import { park, pickUp, sendToSurvey } from '@/api/controls'
import { calls } from '@/cti/store'
import type { AgentView, CallView } from '@/cti/views'
import { isInControl } from './control'
import { floor, me, work } from './live'
import { noEarBecause } from './supervising'
import { act } from './seat'
import { take } from './waiting'

/** Those whom the server shows to this person, by their short numbers. */
export const parked = computed(() =>
  calls(floor.value)
    .filter((call) => call.parked)
    .sort((a, b) => a.parked!.slot - b.parked!.slot),
)

/** A conference is not parked. */
export const canPark = computed(() => isInControl.value && work.value?.call?.parties.length === 0)

export async function parkCall(): Promise<void> {
  const callId = work.value?.callId
  if (callId && canPark.value) await act('park', () => park(callId))
}

export async function surveyCall(): Promise<void> {
  const callId = work.value?.callId
  if (callId && canPark.value) await act('hang-up', () => sendToSurvey(callId))
}

/** Why no parked caller can be picked up now; '' when one can. */
export const noPickUpBecause = computed(() => {
  if (me.value?.state === 'talking' || me.value?.state === 'ringing') return 'why.inCall'
  if (me.value?.needs_disposition) return 'errors.disposition_missing'
  return noEarBecause.value && 'supervise.noPhone'
})

export async function pickUpCall(call: CallView): Promise<void> {
  await take(call.call_id, () => pickUp(call.call_id))
}

export function parkedBy(call: CallView): string {
  return (floor.value.objects[`agent:${call.parked?.agent_id}`] as AgentView | undefined)?.name ?? ''
}
