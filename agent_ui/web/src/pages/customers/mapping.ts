// Which column of a file is what, and the file of rows that did not go in.
import type { RejectedRow } from '@/api/imports'

// As crm_core/domain/columns.py has them; several columns may hold a number each.
export const FIELDS = ['name', 'given_name', 'family_name', 'company', 'phone', 'email', 'level', 'language', 'owner', 'tags', 'notes', 'contact', 'title'] as const
const MANY = ['phone', 'email', 'tags']

export type Mapping = Record<string, string>

/** A name taken from two columns would depend on their order: the newer choice wins. */
export function withColumn(mapping: Mapping, column: string, field: string): Mapping {
  const kept = Object.entries(mapping).filter(([other, taken]) => other !== column && (taken !== field || MANY.includes(field)))
  return Object.fromEntries(field === '' ? kept : [...kept, [column, field]])
}

/** Without a name nobody can be told from another. */
export function mappingProblem(mapping: Mapping): 'no_name' | null {
  const fields = Object.values(mapping)
  return ['name', 'given_name', 'family_name', 'company'].some((name) => fields.includes(name)) ? null : 'no_name'
}

/** With a byte order mark, for spreadsheet programs take the file for the machine's old encoding otherwise. */
export function rejectedCsv(rows: RejectedRow[], head: string[], reason: (row: RejectedRow) => string): string {
  const lines = rows.map((row) => [String(row.line), row.field, reason(row), row.value])
  return '\ufeff' + [head, ...lines].map((cells) => cells.map(cell).join(',') + '\r\n').join('')
}

/** A leading = + - @ is a formula to a spreadsheet, whoever wrote the file. */
function cell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
