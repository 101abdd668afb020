// Numbers that callers dial, and the flow that answers each.
import { api } from './client'
import type { Page } from './page'

export interface EntryNumber {
  number: string
  label: string
  flow_id: number | null
  language: 'zh' | 'en'
  /** Business hours that flows may go by; null: always open. */
  calendar_id: number | null
}

export async function listEntryNumbers(signal?: AbortSignal): Promise<EntryNumber[]> {
  return (await api.get<Page<EntryNumber>>('/entry-numbers', { signal })).items
}

export function createEntryNumber(body: EntryNumber): Promise<EntryNumber> {
  return api.post<EntryNumber>('/entry-numbers', body)
}

export function changeEntryNumber(number: string, body: EntryNumber): Promise<EntryNumber> {
  return api.patch<EntryNumber>(`/entry-numbers/${encodeURIComponent(number)}`, body)
}

export function deleteEntryNumber(number: string): Promise<void> {
  return api.delete(`/entry-numbers/${encodeURIComponent(number)}`)
}
