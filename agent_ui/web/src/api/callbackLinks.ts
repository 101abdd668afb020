// Links to forms on which customers ask to be called back.
import { api } from './client'
import type { Page } from './page'

export interface CallbackLinkBody {
  queue_id: number | null
  name: string
  /** Sites whose own pages may ask by it. */
  origins: string[]
  /** Also foreign numbers. */
  abroad: boolean
}

export interface CallbackLink {
  id: number
  queue_id: number
  queue_name: string
  /** The queue promises callbacks at all. */
  offered: boolean
  name: string
  origins: string[]
  abroad: boolean
  /** What the link's address ends with; null when it was taken back. */
  key: string | null
  created_at: string
  created_by_name: string | null
  revoked_at: string | null
  revoked_by_name: string | null
}

export async function listCallbackLinks(signal?: AbortSignal): Promise<CallbackLink[]> {
  return (await api.get<Page<CallbackLink>>('/callback-links', { signal })).items
}

export function makeCallbackLink(body: CallbackLinkBody): Promise<CallbackLink> {
  return api.post<CallbackLink>('/callback-links', body)
}

export function revokeCallbackLink(id: number): Promise<void> {
  return api.delete(`/callback-links/${id}`)
}

export function restoreCallbackLink(id: number): Promise<CallbackLink> {
  return api.post<CallbackLink>(`/callback-links/${id}/restore`)
}

/** The form's address for customers. */
export function callbackAddress(key: string): string {
  return `${location.origin}/callback#${key}`
}
