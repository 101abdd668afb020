// What a supervisor does on the floor; the new state comes by push.
import type { Mode } from '@/cti/views'
import { api } from './client'

/** Once more with another mode changes it without a new call. */
export function supervise(callId: string, mode: Mode): Promise<unknown> {
  return api.post(`/calls/${encodeURIComponent(callId)}/supervise`, { mode })
}

export function stopSupervising(callId: string): Promise<unknown> {
  return api.post(`/calls/${encodeURIComponent(callId)}/stop-supervising`)
}

export function recordTalk(callId: string, on: boolean): Promise<unknown> {
  return api.post(`/calls/${encodeURIComponent(callId)}/${on ? 'record' : 'stop-record'}`)
}

export function forceHangUp(agentId: number, callId: string): Promise<unknown> {
  return api.post(`/agents/${agentId}/hang-up`, { call_id: callId })
}

export function forceReady(agentId: number): Promise<unknown> {
  return api.post(`/agents/${agentId}/ready`)
}

export function forceNotReady(agentId: number, reason: string): Promise<unknown> {
  return api.post(`/agents/${agentId}/not-ready`, { reason })
}

export function forceSignOut(agentId: number): Promise<unknown> {
  return api.post(`/agents/${agentId}/sign-out`)
}

export function acceptHelp(agentId: number): Promise<unknown> {
  return api.post(`/agents/${agentId}/help/take`)
}

export function closeHelp(agentId: number): Promise<unknown> {
  return api.post(`/agents/${agentId}/help/close`)
}
