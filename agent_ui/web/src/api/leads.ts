// Lists of a campaign and the people on them, from files and by page.
import type { Progress } from './campaigns'
import { api } from './client'
import { type ColumnMapping, type FileFormat, type ImportPreview, type ImportState, lookFields, type RejectedRow } from './imports'
import type { Page } from './page'
import { type Upload, upload } from './upload'

export interface LeadList {
  id: number
  name: string
  source: string
  /** Its part in the mix; 0 takes nobody from it. */
  share: number
  created_at: string
  created_by_name: string | null
  progress: Progress
}

export interface Lead {
  id: number
  list_id: number
  list_name: string
  customer_id: number | null
  name: string
  numbers: { number: string; dead: string | null }[]
  zones: string[]
  custom: Record<string, string>
  language: string
  priority: number
  for_user_name: string | null
  state: string
  /** A code: why it is over, or what is waited for. */
  why: string
  due_at: string
  attempts: number
  last_verdict: string | null
  last_attempt_at: string | null
  /** When they agreed to be called; null: not known that they did. */
  consent_at: string | null
  consent_source: string
}

export interface LeadPreview extends ImportPreview {
  /** Countries of which no policy of the campaign is. */
  uncovered: string[]
  /** Policies of the campaign by which only who has agreed may be called. */
  asks_consent: string[]
}

/** Onto which list: one that is there, or a new one of this name, which is there from the first person on it. */
export type Into = { list: number } | { name: string }

export interface LeadImport {
  id: string
  list_id: number | null
  state: ImportState
  file_name: string
  row_count: number
  done: number
  created: number
  barred: number
  known: number
  in_campaign: number
  elsewhere: number
  rejected_rows: number
  rejected: RejectedRow[]
  error: string
  started_at: string
}

export interface LeadFilter {
  state: string
  list_id: number | null
  number: string
}

export async function listLeadLists(campaign: number, signal?: AbortSignal): Promise<LeadList[]> {
  return (await api.get<Page<LeadList>>(`/campaigns/${campaign}/lists`, { signal })).items
}

/** Only what is to change: the rest may be somebody else's, and newer than this page. */
export function changeLeadList(campaign: number, list: number, changes: { name: string } | { share: number }): Promise<LeadList> {
  return api.put<LeadList>(`/campaigns/${campaign}/lists/${list}`, changes)
}

export function removeLeadList(campaign: number, list: number): Promise<void> {
  return api.delete(`/campaigns/${campaign}/lists/${list}`, { timeout_ms: 120_000 })
}

export function listLeads(campaign: number, filter: LeadFilter, cursor: string | null, signal?: AbortSignal): Promise<Page<Lead>> {
  return api.get<Page<Lead>>(`/campaigns/${campaign}/leads`, { query: { ...filter, cursor }, signal })
}

export function takeOutLead(campaign: number, lead: number): Promise<Lead> {
  return api.post<Lead>(`/campaigns/${campaign}/leads/${lead}/removal`)
}

export function putBackLead(campaign: number, lead: number): Promise<Lead> {
  return api.delete<Lead>(`/campaigns/${campaign}/leads/${lead}/removal`)
}

export function previewLeads(
  campaign: number,
  file: File,
  as: FileFormat,
  mapping: ColumnMapping | null,
  onProgress?: (ratio: number) => void,
): Upload<LeadPreview> {
  const fields = { ...lookFields(as, mapping), campaign_id: String(campaign), file }
  return upload<LeadPreview>('/campaigns/leads/preview', fields, onProgress)
}

export function startLeadImport(
  campaign: number,
  into: Into,
  file: File,
  mapping: ColumnMapping,
  as: FileFormat,
  skipElsewhere: boolean,
  onProgress?: (ratio: number) => void,
): Upload<LeadImport> {
  const fields = { ...lookFields(as, mapping), name: file.name, skip_elsewhere: String(skipElsewhere), file }
  if ('list' in into) return upload<LeadImport>(`/campaigns/${campaign}/lists/${into.list}/import`, fields, onProgress)
  return upload<LeadImport>(`/campaigns/${campaign}/lists/import`, { ...fields, list_name: into.name }, onProgress)
}

export async function listLeadImports(campaign: number, signal?: AbortSignal): Promise<LeadImport[]> {
  return (await api.get<Page<LeadImport>>(`/campaigns/${campaign}/imports`, { signal })).items
}

export function getLeadImport(campaign: number, id: string): Promise<LeadImport> {
  return api.get<LeadImport>(`/campaigns/${campaign}/imports/${id}`)
}

export function stopLeadImport(campaign: number, id: string): Promise<LeadImport> {
  return api.delete<LeadImport>(`/campaigns/${campaign}/imports/${id}`)
}
