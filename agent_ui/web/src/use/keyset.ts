// A list read page by page with a cursor; a new search makes answers to the old one void.
import { onScopeDispose, ref, shallowRef, type Ref, type ShallowRef } from 'vue'
import type { Page } from '@/api/page'

export interface Keyset<T> {
  items: ShallowRef<T[]>
  error: ShallowRef<unknown>
  /** Not while it is renewed: what is shown stays in use. */
  loading: Ref<boolean>
  /** False until the first answer, and again after each failed first page. */
  known: Ref<boolean>
  hasMore: Ref<boolean>
  reload: () => Promise<void>
  /** Adds the next page; one that is asked for while the list is renewed comes after that. */
  more: () => Promise<void>
  /** Reads the first page again and keeps what is shown until it is here; not while more than one page is shown. */
  renew: () => Promise<void>
}

export function useKeyset<T>(read: (cursor: string | null, signal: AbortSignal) => Promise<Page<T>>): Keyset<T> {
  const items = shallowRef<T[]>([])
  const error = shallowRef<unknown>(null)
  const loading = ref(false)
  const known = ref(false)
  const hasMore = ref(false)
  let cursor: string | null = null
  let pages = 0
  let running = new AbortController()
  let renewal: Promise<void> | null = null

  async function take(from: string | null, isRenewal = false): Promise<void> {
    running.abort()
    const own = (running = new AbortController())
    loading.value = !isRenewal
    error.value = null
    try {
      const page = await read(from, own.signal)
      if (own.signal.aborted) return
      items.value = from === null ? page.items : [...items.value, ...page.items]
      pages = from === null ? 1 : pages + 1
      cursor = page.next_cursor ?? null
      hasMore.value = cursor !== null
      known.value = true
    } catch (failure) {
      if (own.signal.aborted) return
      error.value = failure
      if (from === null && !isRenewal) known.value = false
    }
    loading.value = false
  }

  onScopeDispose(() => running.abort())
  return {
    items,
    error,
    loading,
    known,
    hasMore,
    reload: () => take(null),
    renew: async () => {
      if (loading.value || renewal || !known.value || pages !== 1) return
      renewal = take(null, true).finally(() => (renewal = null))
      await renewal
    },
    more: async () => {
      const asked = running
      if (renewal) await renewal
      // another click, or another search, came first, or the page was left
      if (running === asked && !asked.signal.aborted && !loading.value && cursor !== null) await take(cursor)
    },
  }
}
