// Which words an event of a call has: a call of ours does not arrive, and one fact may be told more than once.
import type { CallEvent } from '@/api/calls'

/** The key of its words under `callLog`; `events` are all of the call, in their order. */
export function wordsOf(event: CallEvent, events: readonly CallEvent[], direction: string): string {
  if (event.kind === 'attempt_changed') return `attemptPhases.${String(event.detail.phase)}`
  if (event.kind !== 'call_started') return `eventKinds.${event.kind}`
  const isFirst = events.find((one) => one.kind === 'call_started') === event
  if (direction !== 'outbound') return isFirst ? 'eventKinds.call_started' : 'starts.again'
  return isFirst ? 'starts.outbound' : 'starts.onLine'
}
