// Call flows: each save is a new version that the next call gets.
import { api } from './client'
import type { Page } from './page'
import type { Flow } from '@/pages/admin/flows/flow'

export interface FlowRow {
  id: number
  name: string
  version: number
  updated_at: string
  updated_by: string | null
  numbers: string[]
}

export interface StoredFlow extends FlowRow {
  body: Flow
}

export async function listFlows(signal?: AbortSignal): Promise<FlowRow[]> {
  return (await api.get<Page<FlowRow>>('/flows', { signal })).items
}

export function readFlow(id: number, signal?: AbortSignal): Promise<StoredFlow> {
  return api.get<StoredFlow>(`/flows/${id}`, { signal })
}

export function createFlow(name: string, body: Flow): Promise<StoredFlow> {
  return api.post<StoredFlow>('/flows', { name, body })
}

/** Answers 422 with paths "nodes.<id>.<field>", and 409 `version_conflict` when `version` is not the stored one. */
export function saveFlow(id: number, version: number, name: string, body: Flow): Promise<StoredFlow> {
  return api.put<StoredFlow>(`/flows/${id}`, { name, version, body })
}

export function deleteFlow(id: number): Promise<void> {
  return api.delete(`/flows/${id}`)
}
