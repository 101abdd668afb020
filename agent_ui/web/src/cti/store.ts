// The browser's copy of the floor: a pure reducer over one snapshot and numbered changes.
import type { AgentView, CallbackView, CallView, ChangeMessage, Objects, PopView, QueueView, SnapshotMessage, SystemView } from './views'

export interface FloorState {
  /** null until the first snapshot, and after a gap until the next one. */
  readonly seq: number | null
  readonly at: string | null
  readonly me: number | null
  readonly objects: Objects
}

export interface Step {
  readonly state: FloorState
  /** A change was missed: ask for a snapshot; what is shown stays until it comes. */
  readonly resync: boolean
}

export const EMPTY: FloorState = { seq: null, at: null, me: null, objects: {} }

export function reduce(state: FloorState, message: SnapshotMessage | ChangeMessage): Step {
  if (message.type === 'snapshot') {
    const { seq, at, me, objects } = message
    return { state: { seq, at, me, objects }, resync: false }
  }
  if (state.seq === null) return { state, resync: false } // a snapshot is on its way
  if (message.seq <= state.seq) return { state, resync: false } // already contained in the snapshot
  if (message.seq !== state.seq + 1) return { state: { ...state, seq: null }, resync: true }
  const objects: Record<string, unknown> = { ...state.objects }
  for (const [key, view] of Object.entries(message.objects)) {
    if (view === null) delete objects[key]
    else objects[key] = view
  }
  return { state: { ...state, seq: message.seq, at: message.at, objects }, resync: false }
}

function all<T>(state: FloorState, prefix: string): T[] {
  return Object.entries(state.objects)
    .filter(([key]) => key.startsWith(prefix))
    .map(([, view]) => view as T)
}

export function myAgent(state: FloorState): AgentView | null {
  return state.me === null ? null : ((state.objects[`agent:${state.me}`] as AgentView | undefined) ?? null)
}

export function callOf(state: FloorState, callId: string | null | undefined): CallView | null {
  return callId ? ((state.objects[`call:${callId}`] as CallView | undefined) ?? null) : null
}

export function popOf(state: FloorState, callId: string | null | undefined): PopView | null {
  return callId ? ((state.objects[`pop:${callId}`] as PopView | undefined) ?? null) : null
}

export function system(state: FloorState): SystemView | null {
  return (state.objects.system as SystemView | undefined) ?? null
}

export function agents(state: FloorState): AgentView[] {
  return all<AgentView>(state, 'agent:').sort((a, b) => a.name.localeCompare(b.name, 'zh-CN') || a.agent_id - b.agent_id)
}

export function queues(state: FloorState): QueueView[] {
  return all<QueueView>(state, 'queue:').sort((a, b) => a.name.localeCompare(b.name, 'zh-CN') || a.queue_id - b.queue_id)
}

/** By line, those who stand in it first. */
export function callbacks(state: FloorState): CallbackView[] {
  const place = (one: CallbackView): number => one.position ?? Infinity
  return all<CallbackView>(state, 'callback:').sort((a, b) => a.queue_id - b.queue_id || place(a) - place(b) || a.waiting_since.localeCompare(b.waiting_since))
}

export function calls(state: FloorState): CallView[] {
  return all<CallView>(state, 'call:').sort((a, b) => a.arrived_at.localeCompare(b.arrived_at))
}
