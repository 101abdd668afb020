// The details of an audit entry as one reads them: "name: value", what is empty left out; `named` says a name in words.
import type { AuditEntry } from '@/api/audit'

/** What agents and supervisors do with the recording of a talk names the talk, for it has no file yet. */
const OF_A_TALK = ['recording.start', 'recording.stop', 'recording.pause', 'recording.resume', 'recording.refused']

/** Which call an entry is about; null: none. */
export function callIdOf({ action, object_kind, object_id, detail }: Pick<AuditEntry, 'action' | 'object_kind' | 'object_id' | 'detail'>): string | null {
  if (object_kind === 'call' || object_kind === 'supervision' || OF_A_TALK.includes(action)) return object_id
  return object_kind === 'recording' && typeof detail.call_id === 'string' ? detail.call_id : null
}

/** Words for what the log keeps as names and codes. */
export interface Words {
  /** Of a detail's name, or the name itself. */
  name: (name: string) => string
  /** Of a value that has words of its own; null: it stands for itself. */
  value: (name: string, value: string | number | boolean) => string | null
  colon: string
}

const PLAIN: Words = { name: (name) => name, value: () => null, colon: ': ' }

export function detailText(detail: Record<string, unknown>, between = ' · ', words: Words = PLAIN): string {
  return Object.entries(detail)
    .filter(([, value]) => value !== null && value !== '' && value !== undefined)
    .map(([name, value]) => `${words.name(name)}${words.colon}${valueText(name, value, words)}`)
    .join(between)
}

function valueText(name: string, value: unknown, words: Words): string {
  if (Array.isArray(value)) return value.map((one) => valueText(name, one, words)).join(', ')
  if (typeof value === 'object' && value !== null) return `{${detailText(value as Record<string, unknown>, '; ', words)}}`
  return words.value(name, value as string | number | boolean) ?? String(value)
}
