// The first field that was refused comes into sight, with the keyboard in it.
import { nextTick } from 'vue'

/** Below a long form its button is in reach where the fields are not: refused without a word, it would seem dead. */
export async function showFirstProblem(form: ParentNode | null | undefined): Promise<void> {
  // the fields have their words only after the next tick
  await nextTick()
  const item = form?.querySelector<HTMLElement>('.el-form-item.is-error')
  item?.scrollIntoView({ block: 'center' })
  item?.querySelector<HTMLElement>('input, textarea')?.focus({ preventScroll: true })
}
