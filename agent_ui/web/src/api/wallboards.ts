// Links that open a wallboard without a login.
import type { Targets } from '@/cti/views'
import { api } from './client'
import type { Page } from './page'

export const FORMULAS = ['ignore_abandons', 'negative', 'positive', 'genesys', 'cisco_wfm', 'of_answered'] as const

export interface WallboardChoices {
  /** None: all of them, also those that come later. */
  queue_ids: number[]
  language: 'zh' | 'en'
  theme: 'dark' | 'light'
  formula: (typeof FORMULAS)[number]
  with_passed_on: boolean
  without_short: boolean
  without_abandons: boolean
  threshold_s: number
  short_s: number
  interval_min: 15 | 30
  with_names: boolean
  targets: Targets
}

export interface WallboardBody {
  name: string
  valid_days: number
  board: WallboardChoices
}

export interface WallboardLink {
  id: number
  name: string
  board: WallboardChoices
  state: 'valid' | 'expired' | 'revoked'
  /** What the link's address ends with; null when it opens nothing any more. */
  token: string | null
  created_at: string
  created_by_name: string | null
  expires_at: string
  revoked_at: string | null
  revoked_by_name: string | null
}

export async function listWallboards(signal?: AbortSignal): Promise<WallboardLink[]> {
  return (await api.get<Page<WallboardLink>>('/wallboards', { signal })).items
}

export function makeWallboard(body: WallboardBody): Promise<WallboardLink> {
  return api.post<WallboardLink>('/wallboards', body)
}

export function revokeWallboard(id: number): Promise<void> {
  return api.delete(`/wallboards/${id}`)
}

/** Behind the #, so that no server and no log on the way ever sees it. */
export function wallboardAddress(token: string): string {
  return `${location.origin}/wallboard#${token}`
}
