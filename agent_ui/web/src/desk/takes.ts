// Recording on demand: who may begin or end one now, decided apart from the page.
import type { AgentState, CallView } from '@/cti/views'

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

/** Neither quite there nor quite gone. */
export function isChanging(call: CallView | null): boolean {
  return call?.recording_state === 'starting' || call?.recording_state === 'stopping'
}

/** It begins or ends in this moment. What was asked for on hold waits until the caller is back, and can be taken back. */
export function isBusy(call: CallView | null): boolean {
  return isChanging(call) && !waits(call)
}

/** A talk that goes on without this agent, or the last view of one, is no recording of theirs. */
export function showsTape(call: CallView, state: AgentState | null): boolean {
  return state === 'talking' || (call.recording_state === null && call.no_recording !== null)
}

/** What is told of a recording; null: there is none. */
export function tapeWords(call: CallView): string | null {
  if (call.recording_state === null || call.state === 'rejoining') return null
  if (waits(call)) return 'bar.recordingWaits'
  if (call.recording_state === 'starting') return call.recording_notice ? 'bar.recordingNotice' : 'bar.recordingStarts'
  return ['paused', 'resuming'].includes(call.recording_state) ? 'bar.recordingPaused' : 'bar.recording'
}

function waits(call: CallView | null): boolean {
  return call?.recording_state === 'starting' && call.state === 'held'
}
