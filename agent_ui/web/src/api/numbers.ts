// Telephone numbers that are hidden from this person: one at a time, with a reason; and who sees them at all.
import { api } from './client'

export interface Revealed {
  number: string
  e164: string | null
  left_today: number
}

export type NumberRight = 'see' | 'reveal' | 'masked'
export const NUMBER_RIGHTS: readonly NumberRight[] = ['see', 'reveal', 'masked']

export interface NumberRights {
  agent: NumberRight
  supervisor: NumberRight
  admin: NumberRight
  reveals_per_day: number
}

/** Every answer stands in the audit log, with the reason. */
export function revealNumber(ref: string, reason: string): Promise<Revealed> {
  return api.post<Revealed>('/numbers/reveal', { ref, reason })
}

export function readNumberRights(signal?: AbortSignal): Promise<NumberRights> {
  return api.get<NumberRights>('/settings/numbers', { signal })
}

export function saveNumberRights(rights: NumberRights): Promise<NumberRights> {
  return api.put<NumberRights>('/settings/numbers', rights)
}
