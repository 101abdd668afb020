// Who is signed in in this browser; the cookie itself is out of the page's reach.
import { reactive } from 'vue'
import { api, ApiError, onSignedOut } from './api/client'

export type Role = 'admin' | 'supervisor' | 'agent'

export interface User {
  id: number
  login: string
  name: string
  role: Role
  extension: string | null
  language: string
  queue_ids: number[]
}

interface SessionAnswer {
  user: User
  permissions?: string[]
  demo?: boolean
  version?: string
}

export const session = reactive({
  state: 'unknown' as 'unknown' | 'signed_in' | 'signed_out',
  user: null as User | null,
  permissions: [] as string[],
  demo: false,
  version: '',
  /** Takes calls now: an agent, or somebody who leads and has taken a seat. */
  seated: false,
})

function take(answer: SessionAnswer): void {
  session.user = answer.user
  session.permissions = answer.permissions ?? []
  session.demo = answer.demo ?? false
  session.version = answer.version ?? ''
  session.state = 'signed_in'
}

/** Asks the server whether the cookie is still good; throws when it could not be asked, and changes nothing then. */
export async function restoreSession(): Promise<void> {
  try {
    take(await api.get<SessionAnswer>('/session', { quiet401: true }))
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 401) throw error
    forget()
  }
}

export async function signIn(login: string, password: string): Promise<User> {
  await api.post('/session', { login, password }, { quiet401: true })
  take(await api.get<SessionAnswer>('/session', { quiet401: true }))
  return session.user!
}

export async function signOut(): Promise<void> {
  try {
    await api.delete('/session')
  } finally {
    forget()
  }
}

function forget(): void {
  session.user = null
  session.permissions = []
  session.seated = false
  session.state = 'signed_out'
}

/** Keeps the chosen language for other browsers; not worth an error if it fails. */
export function saveLanguage(language: string): void {
  if (session.user) void api.put('/session/preferences', { language: language === 'en' ? 'en' : 'zh' }).catch(() => undefined)
}

export function mayLead(): boolean {
  return session.user?.role === 'admin' || session.user?.role === 'supervisor'
}

export function may(permission: string): boolean {
  return session.permissions.includes(permission)
}

onSignedOut(forget)
