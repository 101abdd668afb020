// Accounts of people, as an administrator sees them.
import { api } from './client'
import type { Page } from './page'
import type { AgentPhone } from './phones'
import type { NumberRight } from './numbers'
import type { Role } from '@/session'

export interface UserRow {
  id: number
  login: string
  name: string
  role: Role
  extension: string | null
  language: string
  /** Empty: as the role. */
  number_right: NumberRight | ''
  active: boolean
  queue_ids: number[]
  /** Those of them in which this person only helps out. */
  reserve_queue_ids: number[]
  skills: Record<string, number>
  phone: AgentPhone
  version: number
}

export type UserBody = Pick<UserRow, 'name' | 'role' | 'language' | 'number_right' | 'queue_ids' | 'reserve_queue_ids' | 'skills' | 'phone'>

export async function listUsers(signal?: AbortSignal): Promise<UserRow[]> {
  return (await api.get<Page<UserRow>>('/users', { signal })).items
}

/** Every name that somebody's skill has, once. */
export function knownSkills(users: UserRow[]): string[] {
  return [...new Set(users.flatMap((user) => Object.keys(user.skills)))].sort()
}

/** The password is in this answer only; the server keeps a hash. */
export function createUser(body: UserBody & { login: string }): Promise<{ user: UserRow; password: string }> {
  return api.post('/users', body)
}

export function changeUser(id: number, body: Partial<UserBody & { active: boolean; version: number }>): Promise<UserRow> {
  return api.patch<UserRow>(`/users/${id}`, body)
}

export function resetPassword(id: number): Promise<{ password: string }> {
  return api.post(`/users/${id}/password`)
}
