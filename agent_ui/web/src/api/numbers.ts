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

/** As the server judges a reason (crm_core.domain.number_right): four letters or two Chinese characters, not all the same. */
export function saysWhy(reason: string): boolean {
  const letters = [...reason].filter((char) => /\p{L}/u.test(char))
  const size = letters.reduce((sum, char) => sum + (/\p{Script=Han}/u.test(char) ? 2 : 1), 0)
  return new Set(letters).size > 1 && size >= 4
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
