// Supervisors' messages to agents' pages.
import { api } from './client'
import type { Page } from './page'

export interface Bulletin {
  id: number
  text: string
  by_name: string | null
  created_at: string
  expires_at: string
}

export interface SentBulletin extends Bulletin {
  recipients: number
  acknowledged: number
}

export type Readers = { agent_id: number } | { queue_id: number } | { everybody: true }

export async function readBulletins(): Promise<Bulletin[]> {
  return (await api.get<Page<Bulletin>>('/bulletins')).items
}

export async function readSentBulletins(): Promise<SentBulletin[]> {
  return (await api.get<Page<SentBulletin>>('/bulletins/sent')).items
}

export function sendBulletin(text: string, to: Readers, valid_min: number): Promise<unknown> {
  return api.post('/bulletins', { text, valid_min, ...to })
}

export function acknowledgeBulletin(id: number): Promise<unknown> {
  return api.post(`/bulletins/${id}/acknowledge`)
}

export function revokeBulletin(id: number): Promise<unknown> {
  return api.delete(`/bulletins/${id}`)
}
