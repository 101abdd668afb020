// Deleting a row: ask, do it, and say what stood in the way; the same on every list.
import { askDelete } from './ask'
import { complain } from './problems'

/** `consequence` "" shows the general warning; `remove` deletes and loads the list again. */
export async function removeAsked(name: string, consequence: string, remove: () => Promise<void>): Promise<void> {
  if (!(await askDelete(name, consequence))) return
  try {
    await remove()
  } catch (error) {
    complain(error)
  }
}
