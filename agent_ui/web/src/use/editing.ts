// Which row of a list is open in its form; none is a new one.
import { ref, shallowRef, type Ref, type ShallowRef } from 'vue'

export interface Editing<T> {
  editing: Ref<boolean>
  chosen: ShallowRef<T | null>
  edit: (one: T | null) => void
}

export function useEditing<T>(): Editing<T> {
  const editing = ref(false)
  const chosen = shallowRef<T | null>(null)

  function edit(one: T | null): void {
    chosen.value = one
    editing.value = true
  }

  return { editing, chosen, edit }
}
