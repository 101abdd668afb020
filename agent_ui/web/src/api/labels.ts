// Dispositions, pause reasons and tags: codes with a label in both languages, in an order that people chose.
import { api } from './client'
import type { Page } from './page'

export type LabelKind = 'dispositions' | 'pause-reasons' | 'tags'

export interface Label {
  code: string
  label_zh: string
  label_en: string
  /** Of a tag: a name of the palette. */
  color: string
  active: boolean
  sort: number
}

export type LabelBody = Pick<Label, 'code' | 'label_zh' | 'label_en' | 'active'> & { color?: string }

export const COLORS = ['gray', 'teal', 'green', 'amber', 'red'] as const

export async function listLabels(kind: LabelKind, signal?: AbortSignal): Promise<Label[]> {
  const { items } = await api.get<Page<Label>>(`/${kind}`, { signal })
  return [...items].sort((a, b) => a.sort - b.sort)
}

export function createLabel(kind: LabelKind, body: LabelBody): Promise<Label> {
  return api.post<Label>(`/${kind}`, body)
}

export function changeLabel(kind: LabelKind, code: string, body: Partial<LabelBody>): Promise<Label> {
  return api.patch<Label>(`/${kind}/${encodeURIComponent(code)}`, body)
}

export function orderLabels(kind: LabelKind, codes: string[]): Promise<Page<Label>> {
  return api.put<Page<Label>>(`/${kind}/order`, { codes })
}
