// Waiting music that administrators uploaded.
import { api, apiUrl } from './client'
import type { Page } from './page'
import { type Upload, upload } from './upload'

export interface Music {
  id: number
  name: string
  /** What a queue is given to play it. */
  music_class: string
  duration_s: number
  updated_at: string
  /** Those that play it. */
  queues: string[]
  warnings?: string[]
}

export async function listMusic(signal?: AbortSignal): Promise<Music[]> {
  return (await api.get<Page<Music>>('/music', { signal })).items
}

export function uploadMusic(name: string, file: File, onProgress?: (ratio: number) => void): Upload<Music> {
  return upload<Music>('/music', { name, file }, onProgress)
}

export function deleteMusic(id: number): Promise<void> {
  return api.delete(`/music/${id}`)
}

export function restoreMusic(id: number): Promise<Music> {
  return api.post<Music>(`/music/${id}/restore`)
}

/** `updated_at` keeps the browser from playing an older sound out of its cache. */
export function musicUrl(piece: Music): string {
  return apiUrl(`/music/${piece.id}/audio`, { v: piece.updated_at })
}
