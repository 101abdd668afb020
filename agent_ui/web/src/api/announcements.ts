// Carriers' announcements: the library that campaigns know them by, and what was heard that has no label.
import { api, apiUrl } from './client'
import { type Upload, upload } from './upload'

/** The last two are no announcements: nobody listens for them, and they are offered no more. */
export const ANNOUNCEMENT_LABELS = ['empty', 'suspended', 'off', 'unreachable', 'busy', 'noanswer', 'changed', 'barred', 'screening', 'voicemail', 'music', 'person', 'other'] as const
export type AnnouncementLabel = (typeof ANNOUNCEMENT_LABELS)[number]

export interface LabelBody {
  label: AnnouncementLabel
  language: string
  carrier: string
  transcript: string
}

export interface Announcement extends LabelBody {
  id: string
  length_s: number
  added_at: string | null
  added_by: string
  /** The call whose sound it is; "": it was uploaded. */
  source_call: string
  in_use: boolean
  heard_calls: number
  heard_last_on: string | null
}

export interface AnnouncementLibrary {
  items: Announcement[]
  listening: boolean
  trouble: string
  version: string
  heard_days: number
  has_starter: boolean
}

export interface Unlabelled {
  name: string
  calls: number
  first_at: string
  last_at: string
  length_s: number
}

export interface Sorting {
  state: 'none' | 'running' | 'ready' | 'failed'
  done_ratio: number
  error: string
  items: Unlabelled[]
  kept: number
  keeps_most: number
  keeps_days: number
  newest_at: string | null
}

export function getAnnouncements(signal?: AbortSignal): Promise<AnnouncementLibrary> {
  return api.get<AnnouncementLibrary>('/announcements', { signal })
}

export function uploadAnnouncement(body: LabelBody, file: File, onProgress?: (ratio: number) => void): Upload<Announcement> {
  return upload<Announcement>('/announcements', { ...body, file }, onProgress)
}

export function addStarter(): Promise<AnnouncementLibrary> {
  return api.post<AnnouncementLibrary>('/announcements/starter', {}, { timeout_ms: 60_000 })
}

export function removeAnnouncement(id: string): Promise<void> {
  return api.delete(`/announcements/${encodeURIComponent(id)}`)
}

export function restoreAnnouncement(id: string): Promise<Announcement> {
  return api.post<Announcement>(`/announcements/${encodeURIComponent(id)}/restore`)
}

export function announcementUrl(id: string): string {
  return apiUrl(`/announcements/${encodeURIComponent(id)}/audio`)
}

export function getUnlabelled(signal?: AbortSignal): Promise<Sorting> {
  return api.get<Sorting>('/announcements/unlabelled', { signal })
}

export function sortUnlabelled(): Promise<Sorting> {
  return api.post<Sorting>('/announcements/unlabelled')
}

export function unlabelledUrl(name: string): string {
  return apiUrl(`/announcements/unlabelled/${encodeURIComponent(name)}/audio`)
}

export function labelUnlabelled(name: string, body: LabelBody): Promise<Announcement> {
  return api.post<Announcement>(`/announcements/unlabelled/${encodeURIComponent(name)}/label`, body, { timeout_ms: 60_000 })
}
