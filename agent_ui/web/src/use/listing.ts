// Putting somebody on the list of who must not be called and taking them off: asked why, and with a way back.
import { ElMessage, ElMessageBox } from 'element-plus'
import { addEntry, REASON_MAX, removeEntry, restoreEntry, type ListEntry, type Whom } from '@/api/doNotCall'
import { i18n } from '@/i18n'
import { may } from '@/session'
import { phoneText } from '@/text/phone'
import { complain } from './problems'
import { sayUndoable } from './undo'

const SAID_MS = 8000

/** What an entry is called by, and taken off by. */
export type Named = Pick<ListEntry, 'id' | 'customer_name' | 'number'>

export interface Listing {
  askAndAdd: (whom: Whom, name: string) => Promise<boolean>
  /** Says that it was done, with the way back for those who may. */
  wasAdded: (entry: ListEntry) => void
  askAndRemove: (entry: Named) => Promise<void>
  restore: (entry: Named) => Promise<void>
}

export function nameOfEntry({ customer_name, number }: Named): string {
  return customer_name ?? phoneText(number ?? '')
}

/** `changed` is called after each act, and after its undoing. */
export function useListing(changed: () => void): Listing {
  const { t } = i18n.global

  async function run(work: () => Promise<unknown>): Promise<boolean> {
    try {
      await work()
      return true
    } catch (error) {
      complain(error)
      return false
    } finally {
      changed()
    }
  }

  function say(words: string, undo: () => Promise<unknown>): void {
    if (may('do_not_call.manage')) sayUndoable(words, t('doNotCall.undo'), () => run(undo))
    else ElMessage.success({ message: words, duration: SAID_MS, showClose: true })
  }

  function askWhy(title: string, text: string, yes: string): Promise<string | null> {
    const options = {
      confirmButtonText: yes,
      cancelButtonText: t('common.cancel'),
      inputPlaceholder: t('doNotCall.why'),
      inputValidator: (typed: string) => (typed?.trim() ? typed.trim().length <= REASON_MAX || t('fieldErrors.too_long') : t('fieldErrors.missing')),
    }
    return ElMessageBox.prompt(text, title, options).then(
      (answer) => (answer as { value: string }).value.trim(),
      () => null,
    )
  }

  function wasAdded(entry: ListEntry): void {
    say(t('doNotCall.wasAdded', { name: nameOfEntry(entry) }), () => removeEntry(entry.id, t('doNotCall.mistake')))
  }

  return {
    wasAdded,
    async askAndAdd(whom, name) {
      const text = t(whom.customer_id === undefined ? 'doNotCall.listNumberText' : 'doNotCall.listText')
      const reason = await askWhy(t('doNotCall.listTitle', { name }), text, t('doNotCall.listThis'))
      return reason === null ? false : run(async () => wasAdded(await addEntry(whom, reason)))
    },
    async askAndRemove(entry) {
      const name = nameOfEntry(entry)
      const reason = await askWhy(t('doNotCall.takeTitle', { name }), t('doNotCall.takeText'), t('doNotCall.take'))
      if (reason === null || !(await run(() => removeEntry(entry.id, reason)))) return
      say(t('doNotCall.wasTaken', { name }), () => restoreEntry(entry.id))
    },
    async restore(entry) {
      await run(() => restoreEntry(entry.id))
    },
  }
}
