// Does something once the typing has stopped.
import { onScopeDispose } from 'vue'

/** Each call puts `work` off again; it is dropped with the page. */
export function useSoon(work: () => Promise<void>, quiet_ms: number): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined
  onScopeDispose(() => clearTimeout(timer))
  return () => {
    clearTimeout(timer)
    timer = setTimeout(() => void work(), quiet_ms)
  }
}
