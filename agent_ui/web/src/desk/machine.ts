// A campaign's call that a machine answered: one press says so, and lets the agent go on.
import { computed, watch } from 'vue'
import { loadOffered, offered } from './lists'
import { me, work } from './live'
import { dispose, note } from './note'
import { act, goReady, hangUp } from './seat'

/** The disposition of this call that says that nobody was there; null: it has none. */
export const machineChoice = computed(() => offered.items.find((choice) => choice.means === 'not_a_person') ?? null)

/** What was heard on the line to be no person, as a verdict's word; "" nothing. */
export const heardMachine = computed(() => work.value?.call?.machine ?? '')

/** Hang up, say what it was, and be ready again, unless a pause was asked for. */
export async function endAsMachine(): Promise<void> {
  const { callId } = note
  if (!callId) return
  await loadOffered(callId)
  const choice = machineChoice.value
  const isSaid =
    choice !== null &&
    (await act('machine', () => {
      note.disposition = choice.code
      return dispose()
    }))
  if (isSaid && !me.value?.next_state) readyAfter(callId)
  if (stateIn(callId) === 'talking') await hangUp()
}

function stateIn(callId: string): string {
  return me.value?.call_id === callId ? me.value.state : ''
}

/** As soon as the talk is over: before, there is nothing to be ready from. */
function readyAfter(callId: string): void {
  if (stateIn(callId) === 'wrap_up') return void goReady()
  const stop = watch(
    () => stateIn(callId),
    (state) => {
      if (state === 'talking') return
      stop()
      if (state === 'wrap_up') void goReady()
    },
  )
}
