// Recording on demand: who may begin or end one now, decided apart from the page.
import type { CallView } from '@/cti/views'

export type TakeStep = 'start' | 'stop'

const IN_TALK = ['talking', 'held']

/** What the agent who leads the talk can do; null: nothing by hand. */
export function ownStep(call: CallView | null): TakeStep | null {
  if (!call || !IN_TALK.includes(call.state)) return null
  if (call.recording_state === null) return call.recording_offered && call.no_recording !== 'refused' ? 'start' : null
  return call.recording_asked_by === 'agent' ? 'stop' : null
}

/** What a supervisor can do with any talk. */
export function supervisorStep(call: CallView | null): TakeStep | null {
  if (!call || !IN_TALK.includes(call.state)) return null
  if (call.recording_state === null) return call.no_recording === 'refused' ? null : 'start'
  return call.recording_asked_by === null ? null : 'stop'
}

/** It begins or ends in this moment; on hold, as soon as the caller is back. */
export function isChanging(call: CallView | null): boolean {
  return call?.recording_state === 'starting' || call?.recording_state === 'stopping'
}
