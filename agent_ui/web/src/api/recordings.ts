// Recordings: what may be heard, where the sound is, and the picture of it.
import { api, apiUrl } from './client'

export type RecordingState = 'processing' | 'ready' | 'repaired' | 'damaged' | 'expired'

export interface Recording {
  id: string
  state: RecordingState
  duration_s: number | null
  may_listen: boolean
}

/** One list of values from 0 to 1 for each channel: the customer's first, the agent's second. */
export interface Peaks {
  duration_s: number
  channels: number[][]
  /** From when to when it was paused, in seconds; null: to the end. */
  pauses: [number, number | null][]
}

export function recordingUrl(id: string): string {
  return apiUrl(`/recordings/${encodeURIComponent(id)}/audio`)
}

export function readPeaks(id: string, signal?: AbortSignal): Promise<Peaks> {
  return api.get<Peaks>(`/recordings/${encodeURIComponent(id)}/peaks`, { signal })
}
