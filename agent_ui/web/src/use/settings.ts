// A page of settings that are read whole, changed in a form and stored whole.
import { reactive, type Ref } from 'vue'
import { useUnsavedGuard } from './ask'
import { useLoad, type Load } from './load'
import { useFieldProblems, type FieldProblems } from './problems'
import { useSaving } from './saving'

export interface Settings<T> {
  load: Load<T>
  problems: FieldProblems
  saving: Ref<boolean>
  /** True when it was stored. */
  save: () => Promise<boolean>
}

export function useSettings<T extends object>(read: (signal: AbortSignal) => Promise<T>, write: (draft: T) => Promise<unknown>): Settings<T> {
  const problems = useFieldProblems()
  const { saving, store } = useSaving(problems)
  let before = ''
  const load = useLoad<T>(async (signal) => {
    const found = await read(signal)
    before = JSON.stringify(found)
    return reactive(found) as T
  })
  useUnsavedGuard(() => load.data.value !== null && JSON.stringify(load.data.value) !== before)

  async function save(): Promise<boolean> {
    const draft = load.data.value
    problems.clear()
    if (!draft || !(await store(() => write(draft)))) return false
    before = JSON.stringify(draft)
    return true
  }

  return { load, problems, saving, save }
}
