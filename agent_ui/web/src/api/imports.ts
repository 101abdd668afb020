// Import of customers from a CSV file: look at it first, then run.
import { api } from './client'
import { type Upload, upload } from './upload'

export interface ImportPreview {
  encoding: string
  delimiter: string
  columns: string[]
  rows: string[][]
  row_count: number
  mapping: Record<string, string>
}

export interface RejectedRow {
  line: number
  field: string
  code: string
  value: string
}

export type ImportState = 'running' | 'done' | 'stopped' | 'failed' | 'interrupted'

/** An import that runs, or how it came out. */
export interface ImportJob {
  id: string
  state: ImportState
  file_name: string
  row_count: number
  done: number
  created: number
  updated: number
  unchanged: number
  /** A row may be rejected for several reasons; those of the first rows are in `rejected` at the end. */
  rejected_rows: number
  rejected: RejectedRow[]
  error: string
}

export function previewImport(file: File, onProgress?: (ratio: number) => void): Upload<ImportPreview> {
  return upload<ImportPreview>('/customers/import/preview', { file }, onProgress)
}

export function startImport(file: File, mapping: Record<string, string>, onProgress?: (ratio: number) => void): Upload<ImportJob> {
  return upload<ImportJob>('/customers/import', { mapping: JSON.stringify(mapping), name: file.name, file }, onProgress)
}

export function getImport(id: string): Promise<ImportJob> {
  return api.get<ImportJob>(`/customers/import/${id}`)
}

export async function getRunningImport(): Promise<ImportJob | null> {
  return (await api.get<{ running: ImportJob | null }>('/customers/import')).running
}

export function stopImport(id: string): Promise<ImportJob> {
  return api.delete<ImportJob>(`/customers/import/${id}`)
}
