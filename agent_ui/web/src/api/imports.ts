// Import of customers from a CSV file: look at it first, then run.
import { api } from './client'
import { type Upload, upload } from './upload'

/** Column to field. */
export type ColumnMapping = Record<string, string>

/** What a person says of a file; '': as its bytes tell, with numbers of the house. */
export interface FileFormat {
  encoding: string
  country: string
}

/** A number of the cell in `column` as it would be dialed; with a code it is refused. */
export interface SeenNumber {
  column: number
  number: string
  country: string
  code: string
}

export interface ImportPreview {
  encoding: string
  delimiter: string
  columns: string[]
  rows: string[][]
  row_count: number
  mapping: ColumnMapping
  /** Whose the numbers are that are written as at home. */
  country: string
  /** Those of each of the rows. */
  numbers: SeenNumber[][]
  /** Of `read_rows` from everywhere in the file. */
  countries: { country: string; rows: number }[]
  refused_rows: number
  read_rows: number
  /** Those to choose from. */
  known_countries: string[]
}

/** Those to choose from, as crm_core/domain/encodings.py has them. */
export const ENCODINGS = [
  'utf-8', 'utf-16', 'gb18030', 'cp950', 'cp932', 'cp949', 'cp1252', 'cp1250', 'cp1254', 'cp1257', 'cp1258', 'mac_roman', 'cp850',
  'cp1251', 'cp1253', 'cp1255', 'cp1256', 'cp874',
] as const

/** As fields of a form; without a mapping it is guessed. */
export function lookFields(as: FileFormat, mapping: ColumnMapping | null): Record<string, string> {
  return { ...as, mapping: mapping ? JSON.stringify(mapping) : '' }
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

export function previewImport(file: File, as: FileFormat, mapping: ColumnMapping | null, onProgress?: (ratio: number) => void): Upload<ImportPreview> {
  return upload<ImportPreview>('/customers/import/preview', { ...lookFields(as, mapping), file }, onProgress)
}

export function startImport(file: File, mapping: ColumnMapping, as: FileFormat, onProgress?: (ratio: number) => void): Upload<ImportJob> {
  return upload<ImportJob>('/customers/import', { ...lookFields(as, mapping), name: file.name, file }, onProgress)
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
