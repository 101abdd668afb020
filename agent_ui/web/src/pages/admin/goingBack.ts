// Going back to an older version of an article or a script, and the way back from there.
import { ElMessage } from 'element-plus'
import { goBackTo, type GuideKind } from '@/api/guides'
import { i18n } from '@/i18n'
import { complain } from '@/use/problems'
import { sayUndoable } from '@/use/undo'

export interface Guide {
  kind: GuideKind
  id: number
}

/** `read` is the newest version that the person saw. `done` is called when it is, or when it was refused. */
export async function goBack(guide: Guide, to: number, read: number, done: (isChanged: boolean) => Promise<void>): Promise<void> {
  const { t } = i18n.global
  await attempt(guide, to, read, done, (version) => {
    // what somebody saves before the undo is not undone with it: nobody has read it
    const undo = () => attempt(guide, read, version, done, (newest) => ElMessage.success(t('guides.undid', { version: newest })))
    sayUndoable(t('guides.wentBack', { to, version }), t('guides.undoGoBack'), undo)
  })
}

async function attempt({ kind, id }: Guide, to: number, read: number, done: (isChanged: boolean) => Promise<void>, say: (version: number) => void): Promise<void> {
  let isChanged = false
  try {
    const { version } = await goBackTo(kind, id, to, read)
    isChanged = true
    say(version)
  } catch (error) {
    complain(error)
  }
  await done(isChanged)
}
