// Lists of a campaign and the people on them, from files and by page.
import type { Progress } from './campaigns'
import { api } from './client'
import type { ImportPreview, ImportState, RejectedRow } from './imports'
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

export interface LeadImport {
  id: string
  list_id: number
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

/** `source`: the name of the file that it comes from. */
export function createLeadList(campaign: number, name: string, source: string): Promise<LeadList> {
  return api.post<LeadList>(`/campaigns/${campaign}/lists`, { name, source })
}

export function changeLeadList(campaign: number, list: number, name: string, share: number): Promise<LeadList> {
  return api.put<LeadList>(`/campaigns/${campaign}/lists/${list}`, { name, share })
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

export function previewLeads(file: File, onProgress?: (ratio: number) => void): Upload<ImportPreview> {
  return upload<ImportPreview>('/campaigns/leads/preview', { file }, onProgress)
}

export function startLeadImport(
  campaign: number,
  list: number,
  file: File,
  mapping: Record<string, string>,
  skipElsewhere: boolean,
  onProgress?: (ratio: number) => void,
): Upload<LeadImport> {
  const fields = { mapping: JSON.stringify(mapping), name: file.name, skip_elsewhere: String(skipElsewhere), file }
  return upload<LeadImport>(`/campaigns/${campaign}/lists/${list}/import`, fields, onProgress)
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
