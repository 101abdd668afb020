// How old the registers are that policies ask for.
import { api } from './client'
import type { Page } from './page'

export interface Register {
  policy: string
  age_max_days: number
  /** null: nobody stated anything yet. */
  as_of: string | null
  expires_at: string | null
  is_old: boolean
  source: string
  noted_at: string | null
  noted_by_name: string | null
}

export async function listRegisters(signal?: AbortSignal): Promise<Register[]> {
  return (await api.get<Page<Register>>('/do-not-call/registers', { signal })).items
}

export function noteRegister(policy: string, as_of: string, source: string): Promise<Register> {
  return api.put<Register>(`/do-not-call/registers/${policy}`, { as_of, source })
}
