// The list of open tasks in three parts, by the house's day as the server has it.
import type { Task } from '@/api/tasks'

export type Part = 'overdue' | 'today' | 'later'

export interface Group {
  part: Part
  tasks: Task[]
}

export function partOf(task: Pick<Task, 'due_at'>, now_ms: number, tomorrow_ms: number): Part {
  const due_ms = task.due_at === null ? Infinity : Date.parse(task.due_at)
  if (due_ms >= tomorrow_ms) return 'later'
  return due_ms > now_ms ? 'today' : 'overdue'
}

/** In the order in which they come; a part without tasks is left out. */
export function groupsOf(tasks: Task[], now_ms: number, tomorrow_ms: number): Group[] {
  const parts: Part[] = ['overdue', 'today', 'later']
  return parts
    .map((part) => ({ part, tasks: tasks.filter((task) => partOf(task, now_ms, tomorrow_ms) === part) }))
    .filter((group) => group.tasks.length > 0)
}

/** The browser's next midnight, until the server has said when the house's is. */
export function nextMidnight(now_ms: number): number {
  const now = new Date(now_ms)
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() + 1).getTime()
}
