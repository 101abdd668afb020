// What a supervisor does with callers who wait; the new state comes by push.
import { api } from './client'

/** Where to: one of a queue, an agent, before another caller (null: to the end of the line), or another priority. */
export type Destination = { queue_id: number } | { agent_id: number } | { before: string | null } | { priority: number }

export function moveWaiting(callId: string, to: Destination): Promise<unknown> {
  return api.post(`/calls/${encodeURIComponent(callId)}/move`, to)
}

/** Takes who is to be called out of line. */
export function cancelCallback(callbackId: string): Promise<unknown> {
  return api.post(`/callbacks/${encodeURIComponent(callbackId)}/cancel`)
}

/** Rings this person's own phone for the caller. */
export function takeWaiting(callId: string): Promise<unknown> {
  return api.post(`/calls/${encodeURIComponent(callId)}/take`)
}
