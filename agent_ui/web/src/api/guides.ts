// What helps in a call: scripts, and articles to look up.
import { api } from './client'
import type { Page } from './page'

export interface Choice {
  label: string
  to: string
}

export interface ScriptStep {
  title: string
  text: string
  choices: Choice[]
}

export interface ScriptDocument {
  start: string
  steps: Record<string, ScriptStep>
}

export interface ScriptBody {
  name: string
  language: string
  queue_ids: number[]
  campaign_ids: number[]
  active: boolean
  body: ScriptDocument
}

/** What scripts and articles have in common. */
export interface Guide {
  id: number
  queue_ids: number[]
  language: string
  active: boolean
  version: number
  updated_at: string
}

export interface Script extends Guide, ScriptBody {}

/** What to read, or the name of what is not known. */
export interface Piece {
  text: string
  gap: string
}

export interface FilledStep {
  name: string
  title: string
  pieces: Piece[]
  choices: Choice[]
}

export interface FilledScript {
  id: number
  name: string
  start: string
  steps: FilledStep[]
  path: string[]
}

export interface ArticleLine extends Guide {
  title: string
  tags: string[]
  updated_by_name: string | null
}

export interface Article extends ArticleLine {
  body: string
  /** Made and cleaned by the server. */
  html: string
}

export interface ArticleBody {
  title: string
  body: string
  tags: string[]
  language: string
  queue_ids: number[]
  active: boolean
}

export function listScripts(signal?: AbortSignal): Promise<Page<Script> & { places: string[] }> {
  return api.get('/scripts', { signal })
}

export function saveScript(script: Script | null, body: ScriptBody): Promise<Script> {
  return script ? api.put<Script>(`/scripts/${script.id}`, { ...body, version: script.version }) : api.post<Script>('/scripts', body)
}

export function deleteScript(id: number): Promise<void> {
  return api.delete(`/scripts/${id}`)
}

export async function previewScript(body: ScriptDocument, values: Record<string, string>): Promise<FilledScript> {
  return (await api.post<{ script: FilledScript }>('/scripts/preview', { body, values })).script
}

export async function readCallScript(callId: string, signal?: AbortSignal): Promise<FilledScript | null> {
  return (await api.get<{ script: FilledScript | null }>(`/calls/${encodeURIComponent(callId)}/script`, { signal })).script
}

export function walkScript(callId: string, script_id: number, path: string[]): Promise<void> {
  return api.put(`/calls/${encodeURIComponent(callId)}/script`, { script_id, path })
}

export async function findArticles(q: string, queue_id: number | null, all = false, signal?: AbortSignal): Promise<ArticleLine[]> {
  return (await api.get<Page<ArticleLine>>('/articles', { query: { q, queue_id, all: all || null }, signal })).items
}

export function readArticle(id: number, signal?: AbortSignal): Promise<Article> {
  return api.get<Article>(`/articles/${id}`, { signal })
}

export function saveArticle(article: ArticleLine | null, body: ArticleBody): Promise<Article> {
  return article ? api.put<Article>(`/articles/${article.id}`, { ...body, version: article.version }) : api.post<Article>('/articles', body)
}

export function deleteArticle(id: number): Promise<void> {
  return api.delete(`/articles/${id}`)
}

export async function previewArticle(body: string): Promise<string> {
  return (await api.post<{ html: string }>('/articles/preview', { body })).html
}

export type GuideKind = 'articles' | 'scripts'

export interface GuideVersion {
  version: number
  title: string
  saved_at: string
  saved_by_name: string | null
}

/** A line that is in both, was taken out or put in; or a gap, for lines that are in both. */
export interface LineChange {
  kind: 'same' | 'out' | 'in' | 'gap'
  text: string
}

export interface Comparison {
  version: number
  against: number
  changes: LineChange[]
}

export async function listVersions(kind: GuideKind, id: number, signal?: AbortSignal): Promise<GuideVersion[]> {
  return (await api.get<Page<GuideVersion>>(`/${kind}/${id}/versions`, { signal })).items
}

/** `against` null: with the one before it; 0: the whole text. */
export function compareVersions(kind: GuideKind, id: number, version: number, against: number | null, signal?: AbortSignal): Promise<Comparison> {
  return api.get(`/${kind}/${id}/versions/${version}`, { query: { against }, signal })
}

/** `read` is the version that this page knows as the newest. */
export function goBackTo(kind: GuideKind, id: number, version: number, read: number): Promise<{ version: number }> {
  return api.post(`/${kind}/${id}/versions/${version}/restore`, { version: read })
}
