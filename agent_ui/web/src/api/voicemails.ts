// Messages and wishes to be called back that callers left.
import { api, apiUrl } from './client'
import type { CustomerName } from './calls'
import type { Peaks } from './recordings'
import type { Page } from './page'

export type VoicemailState = 'open' | 'done'
export type VoicemailFilter = VoicemailState | 'unheard'

export interface Voicemail {
  id: number
  kind: 'voicemail' | 'callback'
  number: string | null
  customer: CustomerName | null
  at: string
  queue_name: string | null
  duration_s: number | null
  has_audio: boolean
  state: VoicemailState
  /** Who listened first. */
  heard_by: string | null
  heard_at: string | null
  done_by: string | null
  done_at: string | null
  call_id: string | null
}

export function listVoicemails(state: VoicemailFilter, cursor: string | null, signal?: AbortSignal): Promise<Page<Voicemail>> {
  return api.get<Page<Voicemail>>('/voicemails', { query: { state, cursor, limit: 50 }, signal })
}

export function finishVoicemail(id: number): Promise<Voicemail> {
  return api.post<Voicemail>(`/voicemails/${id}/done`, { done: true })
}

export function hearVoicemail(id: number): Promise<Voicemail> {
  return api.post<Voicemail>(`/voicemails/${id}/heard`, {})
}

export function voicemailUrl(id: number): string {
  return apiUrl(`/voicemails/${id}/audio`)
}

export function readVoicemailPeaks(id: number, signal?: AbortSignal): Promise<Peaks> {
  return api.get<Peaks>(`/voicemails/${id}/peaks`, { signal })
}
