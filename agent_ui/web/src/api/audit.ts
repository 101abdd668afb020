// The trace of who did what.
import { api } from './client'
import type { Page } from './page'

export interface AuditEntry {
  id: number
  at: string
  user_id: number | null
  user_name: string | null
  action: string
  object_kind: string
  object_id: string
  detail: Record<string, unknown>
  address: string
}

export interface AuditFilter {
  user_id: number | null
  object_kind: string | null
}

export function listAudit(filter: AuditFilter, cursor: string | null, signal?: AbortSignal): Promise<Page<AuditEntry>> {
  return api.get<Page<AuditEntry>>('/audit', { query: { ...filter, cursor, limit: 50 }, signal })
}
