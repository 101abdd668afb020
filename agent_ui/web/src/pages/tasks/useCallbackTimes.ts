// Times that are offered for calling somebody again: those of the call, or usual ones where it tells none.
import { shallowRef, watch, type ShallowRef } from 'vue'
import { readCallbackTimes, type CallbackTimes } from '@/api/callbackTimes'
import { serverNow } from '@/desk/clock'
import { quickTimes } from './quick'

/** Read whenever `callId` gives another call; of none (null), and while the server cannot be asked, any day's. Undefined: nobody looks. */
export function useCallbackTimes(callId: () => string | null | undefined): ShallowRef<CallbackTimes> {
  const usual = (): CallbackTimes => ({ zones: [], quick: quickTimes(new Date(serverNow())) })
  const times = shallowRef(usual())

  async function load(id: string | null | undefined, running: AbortSignal): Promise<void> {
    times.value = usual()
    if (!id) return
    try {
      const answer = await readCallbackTimes(id, running)
      if (!running.aborted) times.value = answer
    } catch {
      // the usual ones stay: what is sent is checked there, and a time can be typed as well
    }
  }

  watch(
    callId,
    (id, _before, onCleanup) => {
      const running = new AbortController()
      onCleanup(() => running.abort())
      void load(id, running.signal)
    },
    { immediate: true },
  )
  return times
}
