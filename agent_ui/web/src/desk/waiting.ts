// What a supervisor does with who waits; and which caller is being carried by the mouse.
import { computed, ref, watch } from 'vue'
import { moveWaiting, takeWaiting, type Destination } from '@/api/waiting'
import { callOf } from '@/cti/store'
import type { CallView } from '@/cti/views'
import { floor } from './live'
import { phone } from './phone'
import { act, answer, canAnswer } from './seat'

const carriedId = ref<string | null>(null)
export const carried = computed(() => callOf(floor.value, carriedId.value))

export function carry(call: CallView | null): void {
  carriedId.value = call?.call_id ?? null
}

export async function dropOn(to: Destination): Promise<void> {
  const call = carried.value
  carry(null)
  if (call) await move(call, to)
}

export function move(call: CallView, to: Destination): Promise<boolean> {
  return act('move', () => moveWaiting(call.call_id, to))
}

/** The call that this person asked for: their page takes it when it rings. */
const wanted = ref<string | null>(null)

export async function take(callId: string, ask: () => Promise<unknown> = () => takeWaiting(callId)): Promise<void> {
  wanted.value = callId
  if (!(await act('move', ask))) wanted.value = null
}

export function startTaking(): () => void {
  return watch([canAnswer, () => phone.value.call?.callId], ([rings, callId]) => {
    if (!rings || !wanted.value || callId !== wanted.value) return
    wanted.value = null
    void answer()
  })
}
