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
  /** Whoever answers a number outside presses 1 before the call comes. */
  confirm: boolean
}

/** What is typed into a SIP telephone. */
export interface DeskAccount {
  account: string
  password: string
  host: string
  port: number
}

export const PAGE_PHONE: AgentPhone = { kind: 'browser', number: '', persistent: false, beep: true, confirm: true }

/** The phone that is kept up is called, anew if it is up. */
export function redialPhone(): Promise<void> {
  return api.post('/agent/phone/redial')
}

export interface OwnPhone {
  phone: AgentPhone
  may_change: boolean
}

export function showOwnPhone(signal?: AbortSignal): Promise<OwnPhone> {
  return api.get('/agent/phone', { signal })
}

/** In use from the next call on. */
export function chooseOwnPhone(phone: AgentPhone): Promise<OwnPhone> {
  return api.put('/agent/phone', phone)
}

/** Asking for it is in the audit log. */
export function showOwnAccount(): Promise<DeskAccount> {
  return api.post('/agent/phone/account')
}

export function showDeskAccount(userId: number): Promise<DeskAccount> {
  return api.post(`/users/${userId}/desk-account`)
}
