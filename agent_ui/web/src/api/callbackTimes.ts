// When somebody may be called again after a call.
import { api } from './client'

export const QUICK_KEYS = ['in_quarter', 'in_hour', 'afternoon', 'tomorrow_morning', 'tomorrow_afternoon', 'next_monday'] as const

export interface QuickTime {
  key: (typeof QUICK_KEYS)[number]
  at: Date
}

/** `zones`: in which the person may be, none if nobody can tell. */
export interface CallbackTimes {
  zones: string[]
  quick: QuickTime[]
}

export async function readCallbackTimes(callId: string, signal?: AbortSignal): Promise<CallbackTimes> {
  const answer = await api.get<{ zones: string[]; quick: { key: QuickTime['key']; at: string }[] }>(`/calls/${encodeURIComponent(callId)}/callback-times`, { signal })
  return { zones: answer.zones, quick: answer.quick.map(({ key, at }) => ({ key, at: new Date(at) })) }
}
