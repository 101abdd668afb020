// What the form asks the server, and which sentence an answer is.
import { api, ApiError } from '@/api/client'
import type { Language } from './words'

export interface FormState {
  name: string
  language: Language
  is_open: boolean
  opens_at: string | null
}

export interface Promised {
  opens_at: string | null
  place: number | null
  expected_wait_s: number | null
  secret: string
}

/** Where it stands now. */
export interface Standing {
  place: number | null
  expected_wait_s: number | null
}

/** What the page knows of its own promise after a reload, which telephones do by themselves. */
export interface Kept {
  number: string
  opens_at: string | null
  secret: string
}

export interface Asked {
  number: string
  name: string
  wish: string
  language: Language
}

/** After these there is nothing to be filled in; all others may be tried again. */
const FINAL = ['link_unknown', 'link_revoked', 'closed', 'callbacks_off']
const SAID = [...FINAL, 'not_a_number', 'number_refused', 'too_many_requests', 'unknown_callback', 'network', 'timeout']

/** As the server writes them: what is left of an address that was cut off is not asked for. */
const KEY = /^\d+-\d+-[0-9a-f]{32}$/

export function formAt(key: string): { show(): Promise<FormState>; ask(asked: Asked): Promise<Promised>; standing(secret: string): Promise<Standing>; withdraw(secret: string): Promise<void> } {
  const path = `/callback-form/${encodeURIComponent(key)}`
  return {
    show: () => (KEY.test(key) ? api.get<FormState>(path, { quiet401: true }) : Promise.reject(new ApiError(404, 'link_unknown', ''))),
    ask: (asked) => api.post<Promised>(path, asked, { quiet401: true }),
    standing: (secret) => api.post<Standing>(`${path}/standing`, { secret }, { quiet401: true }),
    withdraw: (secret) => api.delete(path, { quiet401: true }, { secret }),
  }
}

export interface Trouble {
  key: string
  isFinal: boolean
  isOfNumber: boolean
  minutes: number
}

export function troubleOf(failure: unknown): Trouble {
  const code = failure instanceof ApiError ? failure.code : ''
  const fields = failure instanceof ApiError ? failure.fields.map((field) => field.path) : []
  const isOfNumber = fields.includes('number')
  const known = SAID.includes(code) ? code : isOfNumber ? 'not_a_number' : 'other'
  const wait_s = failure instanceof ApiError ? (failure.retryAfter_s ?? 60) : 60
  return { key: known, isFinal: FINAL.includes(code), isOfNumber, minutes: Math.max(1, Math.ceil(wait_s / 60)) }
}

const place = (key: string): string => `callroom.callback.${key}`

/** For as long as the tab is there; null: there is nothing to be kept any more. */
export function keep(key: string, promise: Kept | null): void {
  try {
    if (promise) sessionStorage.setItem(place(key), JSON.stringify(promise))
    else sessionStorage.removeItem(place(key))
  } catch (blocked) {
    console.info('this browser keeps nothing for sites', blocked)
  }
}

export function keptPromise(key: string): Kept | null {
  try {
    return JSON.parse(sessionStorage.getItem(place(key)) ?? 'null') as Kept | null
  } catch (blocked) {
    console.info('this browser keeps nothing for sites', blocked)
    return null
  }
}
