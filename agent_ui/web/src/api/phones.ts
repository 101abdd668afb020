// With what agents talk.
import { api } from './client'
import type { PhoneKind } from '@/cti/views'

export interface AgentPhone {
  kind: PhoneKind
  /** Of one outside. */
  number: string
  /** Kept up through the shift: calls come with a beep. */
  persistent: boolean
  beep: boolean
}

/** What is typed into a SIP telephone. */
export interface DeskAccount {
  account: string
  password: string
  host: string
  port: number
}

export const PAGE_PHONE: AgentPhone = { kind: 'browser', number: '', persistent: false, beep: true }

/** The phone that is kept up is called, anew if it is up. */
export function redialPhone(): Promise<void> {
  return api.post('/agent/phone/redial')
}

export function showDeskAccount(userId: number): Promise<DeskAccount> {
  return api.post(`/users/${userId}/desk-account`)
}
