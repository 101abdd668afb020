// Who must not be called: numbers, and customers with all of theirs.
import { api } from './client'
import type { FileFormat, ImportPreview, RejectedRow } from './imports'
import type { Page } from './page'
import { type Upload, upload } from './upload'

export const REASON_MAX = 200

export interface ListEntry {
  id: number
  number: string | null
  customer_id: number | null
  customer_name: string | null
  reason: string
  added_at: string
  added_by: string | null
  removed_at: string | null
  removed_by: string | null
  removal_reason: string
}

/** One of the three. */
export interface Whom {
  number?: string
  ref?: string
  customer_id?: number
}

export interface ListOutcome {
  columns: string[]
  row_count: number
  added: number
  known: number
  rejected_rows: number
  rejected: RejectedRow[]
}

export function listEntries(q: string, removed: boolean, cursor: string | null, signal?: AbortSignal): Promise<Page<ListEntry>> {
  return api.get<Page<ListEntry>>('/do-not-call', { query: { q, removed, cursor, limit: 50 }, signal })
}

export function addEntry(whom: Whom, reason: string): Promise<ListEntry> {
  return api.post<ListEntry>('/do-not-call', { ...whom, reason })
}

export function removeEntry(id: number, reason: string): Promise<unknown> {
  return api.post(`/do-not-call/${id}/removal`, { reason })
}

export function restoreEntry(id: number): Promise<unknown> {
  return api.delete(`/do-not-call/${id}/removal`)
}

export function previewEntries(file: File, as: FileFormat, onProgress?: (ratio: number) => void): Upload<ImportPreview> {
  return upload<ImportPreview>('/do-not-call/import/preview', { ...as, file }, onProgress)
}

/** `reason` is for the rows that name none. */
export function importEntries(file: File, reason: string, as: FileFormat): Promise<ListOutcome> {
  return upload<ListOutcome>('/do-not-call/import', { ...as, reason, name: file.name, file }).answer
}
