// Messages and wishes to be called back that callers left.
import { api, apiUrl } from './client'
import type { CustomerName } from './calls'
import type { Page } from './page'

export type VoicemailState = 'open' | 'done'

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
  done_by: string | null
  done_at: string | null
  call_id: string | null
}

export function listVoicemails(state: VoicemailState, cursor: string | null, signal?: AbortSignal): Promise<Page<Voicemail>> {
  return api.get<Page<Voicemail>>('/voicemails', { query: { state, cursor, limit: 50 }, signal })
}

export function finishVoicemail(id: number): Promise<Voicemail> {
  return api.post<Voicemail>(`/voicemails/${id}/done`, { done: true })
}

export function voicemailUrl(id: number): string {
  return apiUrl(`/voicemails/${id}/audio`)
}
