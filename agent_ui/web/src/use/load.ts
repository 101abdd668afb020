// Reads one thing for a page and keeps what the page has to show: nothing yet, the thing, or what went wrong.
import { onScopeDispose, ref, shallowRef, type Ref, type ShallowRef } from 'vue'

export interface Load<T> {
  data: ShallowRef<T | null>
  error: ShallowRef<unknown>
  loading: Ref<boolean>
  /** Keeps what is shown until the new answer is here. */
  reload: () => Promise<void>
}

export function useLoad<T>(read: (signal: AbortSignal) => Promise<T>): Load<T> {
  const data = shallowRef<T | null>(null)
  const error = shallowRef<unknown>(null)
  const loading = ref(true)
  let running = new AbortController()

  async function reload(): Promise<void> {
    running.abort()
    const own = (running = new AbortController())
    loading.value = true
    try {
      const answer = await read(own.signal)
      if (own.signal.aborted) return
      data.value = answer
      error.value = null
    } catch (failure) {
      if (own.signal.aborted) return
      error.value = failure
    }
    loading.value = false
  }

  onScopeDispose(() => running.abort())
  void reload()
  return { data, error, loading, reload }
}
