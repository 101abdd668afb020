// What the person has to do, as push tells it: the number on the navigation, and the tasks that remind now.
import { computed, ref, watch } from 'vue'
import type { Reminder, TodoView } from '@/cti/views'
import { i18n } from '@/i18n'
import { phoneText } from '@/text/phone'
import { session } from '@/session'
import { floor } from './live'

export const todo = computed<TodoView | null>(() => (session.user ? ((floor.value.objects[`tasks:${session.user.id}`] as TodoView | undefined) ?? null) : null))

/** What should be looked at today; "99+" when it was not counted to the end. */
export const badge = computed(() => {
  const view = todo.value
  if (!view) return ''
  const count = view.overdue + view.today
  if (view.more && view.later === 0) return `${count}+`
  return count === 0 ? '' : String(count)
})
export const isLate = computed(() => (todo.value?.overdue ?? 0) > 0)

/** A task is being made of the present call. */
export const isPlanning = ref(false)

/** What people wrote stays as it is; what comes of calls is said in the reader's language. */
export function taskWords(task: Pick<Reminder, 'kind' | 'title'>): string {
  const kind = i18n.global.t(`tasks.kinds.${task.kind}`)
  if (task.kind === 'missed' || task.kind === 'voicemail') return [kind, task.title].filter(Boolean).join(' · ')
  return task.title || kind
}

export function whomWords(task: Pick<Reminder, 'customer_name' | 'person_name' | 'campaign_name' | 'number'>): string {
  return [task.customer_name || task.person_name, task.number && phoneText(task.number), task.campaign_name].filter(Boolean).join(' · ')
}

/** Says it aloud to who looks elsewhere, once for each reminder of a visit. */
export function startTodo(): () => void {
  const told = new Set<string>()
  return watch(
    todo,
    (view) => {
      for (const reminder of view?.reminders ?? []) {
        const key = `${reminder.id} ${reminder.remind_at}`
        if (told.has(key)) continue
        told.add(key)
        tell(reminder)
      }
    },
    { immediate: true },
  )
}

function tell(reminder: Reminder): void {
  if (!document.hidden && document.hasFocus()) return
  if (!('Notification' in window) || Notification.permission !== 'granted') return
  try {
    const notification = new Notification(taskWords(reminder), { body: whomWords(reminder), tag: `callroom-task-${reminder.id}` })
    notification.onclick = () => {
      window.focus()
      notification.close()
    }
  } catch {
    // some systems allow notifications only from a service worker; the banner is there anyway
  }
}
