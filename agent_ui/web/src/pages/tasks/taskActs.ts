// What people do with a task, each with a word about it and a way back.
import { assignTask, cancelTask, finishTask, reopenTask, snoozeTask, type Task } from '@/api/tasks'
import { i18n } from '@/i18n'
import { session } from '@/session'
import { complain } from '@/use/problems'
import { sayUndoable } from '@/use/undo'

export const SNOOZES_S = [600, 3600, 86_400] as const

export interface Acts {
  done: (task: Pick<Task, 'id'>, note?: string) => Promise<boolean>
  cancel: (task: Pick<Task, 'id'>) => Promise<boolean>
  reopen: (task: Pick<Task, 'id'>) => Promise<boolean>
  snooze: (task: Pick<Task, 'id'>, after_s: number | null) => Promise<boolean>
  take: (task: Pick<Task, 'id' | 'queue'>) => Promise<boolean>
  pass: (task: Pick<Task, 'id'>, owner: string, queue: number | null) => Promise<boolean>
}

/** `changed` is called after each of them, and after its undoing. */
export function useTaskActs(changed: () => void): Acts {
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

  function undoable(words: string, id: number): void {
    sayUndoable(words, t('tasks.undo'), () => run(() => reopenTask(id)))
  }

  return {
    async done({ id }, note = '') {
      const is = await run(() => finishTask(id, note))
      if (is) undoable(t('tasks.wasDone'), id)
      return is
    },
    async cancel({ id }) {
      const is = await run(() => cancelTask(id))
      if (is) undoable(t('tasks.wasCancelled'), id)
      return is
    },
    reopen: ({ id }) => run(() => reopenTask(id)),
    snooze: ({ id }, after_s) => run(() => snoozeTask(id, after_s)),
    take: ({ id, queue }) => run(() => assignTask(id, session.user!.id, queue?.id ?? null)),
    pass(task, owner, queue) {
      const [kind, id] = owner.split(':')
      if (kind === 'user') return run(() => assignTask(task.id, Number(id), queue))
      return run(() => assignTask(task.id, null, kind === 'queue' ? Number(id) : null))
    },
  }
}
