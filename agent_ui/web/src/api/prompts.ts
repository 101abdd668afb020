// Prompts: what callers hear, in each language.
import { api, apiUrl } from './client'
import type { Page } from './page'
import { type Upload, upload } from './upload'

export type PromptLanguage = 'zh' | 'en'

export interface Prompt {
  name: string
  language: PromptLanguage
  source: 'builtin' | 'upload' | 'spoken'
  text: string
  duration_s: number | null
  updated_at: string | null
  /** It is there again when one's own is deleted. */
  builtin: boolean
  warnings?: string[]
}

export async function listPrompts(signal?: AbortSignal): Promise<Prompt[]> {
  return (await api.get<Page<Prompt>>('/prompts', { signal })).items
}

export function uploadPrompt(name: string, language: PromptLanguage, file: File, onProgress?: (ratio: number) => void): Upload<Prompt> {
  return upload<Prompt>('/prompts', { name, language, file }, onProgress)
}

export function speakPrompt(name: string, language: PromptLanguage, text: string): Promise<Prompt> {
  return api.post<Prompt>(`${path(name, language)}/speak`, { text }, { timeout_ms: 60_000 })
}

export function deletePrompt(name: string, language: PromptLanguage): Promise<void> {
  return api.delete(path(name, language))
}

/** `updated_at` keeps the browser from playing an older sound out of its cache. */
export function promptUrl(prompt: Prompt): string {
  return apiUrl(`${path(prompt.name, prompt.language)}/audio`, { v: prompt.updated_at })
}

function path(name: string, language: PromptLanguage): string {
  return `/prompts/${encodeURIComponent(name)}/${language}`
}
