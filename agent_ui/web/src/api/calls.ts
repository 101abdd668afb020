// The call log: calls that are over, their legs and their events.
import { api } from './client'
import type { Page } from './page'
import type { Recording } from './recordings'

export interface CustomerName {
  id: number
  name: string
}

export interface CallRow {
  id: string
  started_at: string
  ended_at: string | null
  direction: string
  number: string | null
  /** As it came with the call, such as the name on a campaign’s list; often "". */
  caller_name: string
  customer: CustomerName | null
  queue_name: string | null
  agent_name: string | null
  waited_s: number | null
  talked_s: number | null
  held_s: number
  end_reason: string | null
  /** What the caller said after the talk, from 1 (very poor) to 5. */
  rating: number | null
  disposition: string | null
  /** The last one of the call, in whatever state it is. */
  recording: Recording | null
  note: string | null
  /** Codes. */
  tags: string[]
}

export interface CallLeg {
  id: string
  role: string
  name: string | null
  /** Of somebody outside whom an agent called to the call. */
  number: string | null
  node: string
  started_at: string
  answered_at: string | null
  ended_at: string | null
  result: string | null
  cause: number | null
}

export interface CallEvent {
  seq: number
  at: string
  kind: string
  detail: Record<string, unknown>
}

export interface Call extends CallRow {
  dialed: string
  priority: number | null
  legs: CallLeg[]
  events: CallEvent[]
  script: { name: string; path: { step: string; title: string }[] } | null
  recordings: Recording[]
}

export interface CallFilter {
  agent_id: number | null
  queue_id: number | null
  number: string
  result: string
  tag: string
  from: string | null
  to: string | null
}

export function listCalls(filter: CallFilter, cursor: string | null, signal?: AbortSignal): Promise<Page<CallRow>> {
  return api.get<Page<CallRow>>('/calls', { query: { ...filter, cursor, limit: 50 }, signal })
}

export function tagCall(id: string, tags: string[]): Promise<CallRow> {
  return api.put<CallRow>(`/calls/${encodeURIComponent(id)}/tags`, { tags })
}

/** Whom this agent called, the last first. */
export async function listDialed(agent_id: number): Promise<CallRow[]> {
  return (await api.get<Page<CallRow>>('/calls', { query: { agent_id, direction: 'outbound', limit: 20 } })).items
}

export function readCall(id: string, signal?: AbortSignal): Promise<Call> {
  return api.get<Call>(`/calls/${encodeURIComponent(id)}`, { signal })
}
