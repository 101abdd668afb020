// Callbacks and follow-ups: what is to do, for whom, and by when.
import type { CustomerName } from './calls'
import { api } from './client'
import type { Page } from './page'

export type TaskKind = 'follow_up' | 'callback' | 'missed' | 'voicemail'
export type TaskState = 'open' | 'done' | 'cancelled'
/** "todo" is what I may do: mine, and what anybody of my queues may take. */
export type TaskScope = 'todo' | 'mine' | 'team' | 'all'

export interface Task {
  id: number
  kind: TaskKind
  state: TaskState
  /** Empty where nobody gave a callback one. */
  title: string
  note: string
  outcome: string
  priority: number
  customer: CustomerName | null
  /** Of the campaign's call that it was agreed in, with whom its list has there. */
  campaign: { id: number; name: string } | null
  person_name: string | null
  number: string | null
  number_ref: string | null
  call_id: string | null
  message_id: number | null
  queue: { id: number; name: string } | null
  owner: { id: number; name: string } | null
  due_at: string | null
  remind_at: string | null
  /** How often the caller has tried in vain. */
  tries: number
  tried_at: string | null
  created_at: string
  created_by: string | null
  done_at: string | null
  done_by: string | null
  version: number
}

export interface TaskWanted {
  scope: TaskScope
  state: TaskState
  queue_id?: number | null
  owner_id?: number | null
}

export interface TaskBody {
  title: string
  kind?: TaskKind
  note?: string
  due_at?: string | null
  priority?: number
  /** Absent: mine. */
  owner_id?: number | null
  queue_id?: number | null
  customer_id?: number | null
  call_id?: string | null
  number?: string | null
}

export function listTasks(wanted: TaskWanted, cursor: string | null, signal?: AbortSignal): Promise<Page<Task>> {
  return api.get<Page<Task>>('/tasks', { query: { ...wanted, cursor, limit: 50 }, signal })
}

export function addTask(body: TaskBody): Promise<Task> {
  return api.post<Task>('/tasks', body)
}

export function changeTask(task: Task, body: Partial<TaskBody>): Promise<Task> {
  return api.patch<Task>(`/tasks/${task.id}`, { ...body, version: task.version })
}

export function finishTask(id: number, note = ''): Promise<Task> {
  return api.post<Task>(`/tasks/${id}/done`, { note })
}

export function cancelTask(id: number, note = ''): Promise<Task> {
  return api.post<Task>(`/tasks/${id}/cancel`, { note })
}

export function reopenTask(id: number): Promise<Task> {
  return api.post<Task>(`/tasks/${id}/reopen`)
}

/** null: no more. */
export function snoozeTask(id: number, after_s: number | null): Promise<Task> {
  return api.post<Task>(`/tasks/${id}/snooze`, { after_s })
}

export function assignTask(id: number, owner_id: number | null, queue_id: number | null): Promise<Task> {
  return api.post<Task>(`/tasks/${id}/assign`, { owner_id, queue_id })
}
