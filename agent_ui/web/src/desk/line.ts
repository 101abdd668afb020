// Who waits, in the order of their lines, and where somebody could be put: decided apart from the page.
import type { FloorState } from '@/cti/store'
import type { CallView } from '@/cti/views'

export const HIGHEST_PRIORITY = 100

const STANDS: readonly string[] = ['waiting', 'ringing', 'connecting']

/** By queue and then by position; who rings at an agent already is before those who wait. */
export function inLines(calls: readonly CallView[]): CallView[] {
  return calls
    .filter((call) => STANDS.includes(call.state))
    .sort((a, b) => (a.queue_name ?? '').localeCompare(b.queue_name ?? '', 'zh-CN') || (a.queue_id ?? 0) - (b.queue_id ?? 0) || (a.position ?? 0) - (b.position ?? 0))
}

/** How many stand in a line, and since when the first of them waits; counted as the wallboards do. */
export function lineOf(floor: FloorState, queueId: number): { count: number; since: string | null } {
  let [count, since] = [0, null as string | null]
  for (const [key, view] of Object.entries(floor.objects)) {
    const call = key.startsWith('call:') ? (view as CallView) : null
    if (call?.queue_id !== queueId || !STANDS.includes(call.state)) continue
    const from = call.waiting_since ?? call.arrived_at
    count += 1
    if (since === null || from < since) since = from
  }
  return { count, since }
}

export function isMovable(call: CallView): boolean {
  return call.state === 'waiting'
}

/** Who stands first in the line of this caller; null when they do. */
export function firstBefore(call: CallView, calls: readonly CallView[]): string | null {
  const first = inLines(calls).find((one) => isMovable(one) && one.queue_id === call.queue_id)
  return first && first.call_id !== call.call_id ? first.call_id : null
}

export function isLast(call: CallView, calls: readonly CallView[]): boolean {
  const last = inLines(calls).filter((one) => isMovable(one) && one.queue_id === call.queue_id).at(-1)
  return last?.call_id === call.call_id
}

/** The carried caller can be dropped on this row: another one who waits in the same line. */
export function isPlaceBefore(carried: CallView | null, row: CallView): boolean {
  return carried !== null && carried.call_id !== row.call_id && carried.queue_id === row.queue_id && isMovable(row)
}

/** One more or one less than the flow's, within what is allowed; null when that is no change. */
export function priorityBy(call: CallView, step: number): number | null {
  const next = Math.min(HIGHEST_PRIORITY, Math.max(0, call.flow_priority + step))
  return next === call.flow_priority ? null : next
}
