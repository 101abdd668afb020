// Import of customers from a CSV file: look at it first, then run.
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

export interface ImportResult {
  created: number
  updated: number
  unchanged: number
  /** A row may be rejected for several reasons. */
  rejected_rows: number
  rejected: RejectedRow[]
}

export function previewImport(file: File, onProgress?: (ratio: number) => void): Upload<ImportPreview> {
  return upload<ImportPreview>('/customers/import/preview', { file }, onProgress)
}

export function runImport(file: File, mapping: Record<string, string>, onProgress?: (ratio: number) => void): Upload<ImportResult> {
  return upload<ImportResult>('/customers/import', { mapping: JSON.stringify(mapping), file }, onProgress)
}
