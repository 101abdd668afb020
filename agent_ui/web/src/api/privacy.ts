// What a customer may ask for by law: a copy of everything about them, and its erasure; and the hold that forbids it.
import { api, apiUrl } from './client'

export interface Erased {
  calls: number
  recordings: number
  messages: number
  timeline: number
  tasks: number
  leads: number
  attempts: number
  files: number
}

export function personalDataUrl(id: number): string {
  return apiUrl(`/customers/${id}/personal-data`)
}

/** `confirm` is the customer's name. The database is written anew, which takes its time. */
export function eraseCustomer(id: number, confirm: string): Promise<Erased> {
  return api.post<Erased>(`/customers/${id}/erasure`, { confirm }, { timeout_ms: 120_000 })
}

/** An empty reason lifts the hold. */
export function holdCustomer(id: number, reason: string): Promise<void> {
  return api.put(`/customers/${id}/hold`, { reason })
}
