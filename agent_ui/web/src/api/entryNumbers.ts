// Numbers that callers dial, and the flow that answers each.
import { api } from './client'
import type { Page } from './page'

export interface EntryNumberBody {
  number: string
  label: string
  flow_id: number | null
}

export interface EntryNumber extends EntryNumberBody {
  id: number
}

export async function listEntryNumbers(signal?: AbortSignal): Promise<EntryNumber[]> {
  return (await api.get<Page<EntryNumber>>('/entry-numbers', { signal })).items
}

export function createEntryNumber(body: EntryNumberBody): Promise<EntryNumber> {
  return api.post<EntryNumber>('/entry-numbers', body)
}

export function changeEntryNumber(id: number, body: EntryNumberBody): Promise<EntryNumber> {
  return api.patch<EntryNumber>(`/entry-numbers/${id}`, body)
}

export function deleteEntryNumber(id: number): Promise<void> {
  return api.delete(`/entry-numbers/${id}`)
}
