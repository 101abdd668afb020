// The keyboard goes into a drawer with a form when it opens, and back to where it was when it closes.
import { type Ref, ref, watch } from 'vue'

interface Field {
  focus: () => void
}

/** `opened` and `closed` are for the drawer's events; a form that comes later than the drawer is waited for. */
export function useDrawerFocus(open: Readonly<Ref<boolean>>, first: Readonly<Ref<Field | null | undefined>>): { opened: () => void; closed: () => void } {
  const isThere = ref(false)
  let before: HTMLElement | null = null

  watch(open, (isOpen) => isOpen && (before = document.activeElement as HTMLElement | null), { flush: 'sync' })
  watch([isThere, first], () => isThere.value && first.value?.focus(), { flush: 'post' })

  return {
    opened: () => (isThere.value = true),
    closed() {
      isThere.value = false
      if (before?.isConnected) before.focus()
      before = null
    },
  }
}
