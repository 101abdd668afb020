// The details of an audit entry as one reads them: "name: value", what is empty left out; `named` says a name in words.
import type { AuditEntry } from '@/api/audit'

/** What agents and supervisors do with the recording of a talk names the talk, for it has no file yet. */
const OF_A_TALK = ['recording.start', 'recording.stop', 'recording.pause', 'recording.resume', 'recording.refused']

/** Which call an entry is about; null: none. */
export function callIdOf({ action, object_kind, object_id, detail }: Pick<AuditEntry, 'action' | 'object_kind' | 'object_id' | 'detail'>): string | null {
  if (object_kind === 'call' || object_kind === 'supervision' || OF_A_TALK.includes(action)) return object_id
  return object_kind === 'recording' && typeof detail.call_id === 'string' ? detail.call_id : null
}

export function detailText(detail: Record<string, unknown>, between = ' · ', named: (name: string) => string = (name) => name): string {
  return Object.entries(detail)
    .filter(([, value]) => value !== null && value !== '' && value !== undefined)
    .map(([name, value]) => `${named(name)}: ${valueText(value)}`)
    .join(between)
}

function valueText(value: unknown): string {
  if (Array.isArray(value) && value.every((one) => typeof one !== 'object')) return value.join(', ')
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}
