// Customers: search, record, timeline, notes and open items.
import { api } from './client'
import type { CustomerName } from './calls'
import type { Page } from './page'
import type { Recording } from './recordings'
import type { TaskKind } from './tasks'
import { isMasked } from '@/text/phone'

export interface Phone {
  number: string
  label: string
  e164?: string | null
  /** What the server knows the number by, for those who may not see it whole. */
  ref?: string
}

export interface Email {
  address: string
  label: string
}

export interface Contact {
  id: number | null
  name: string
  title: string
}

export interface OpenItem {
  id: number
  kind: TaskKind
  title: string
  due_at: string | null
  done_at: string | null
  owner_name: string | null
}

export interface CustomerRow {
  id: number
  name: string
  company: string
  level: string
  owner: CustomerName | null
  tags: string[]
  phones: Phone[]
  last_contact_at: string | null
}

export interface CustomerBody {
  version?: number
  name: string
  company: string
  level: string
  language: string
  owner_id: number | null
  tags: string[]
  notes: string
  phones: Phone[]
  emails: Email[]
  contacts: Contact[]
}

export interface Customer extends Omit<CustomerBody, 'owner_id'> {
  id: number
  version: number
  owner: CustomerName | null
  /** Empty for those who do not administer. */
  hold_reason?: string
  do_not_call?: { id: number; reason: string } | null
  open_items: OpenItem[]
  created_at: string
  updated_at: string
}

export interface TimelineCall {
  id: string
  end_reason: string | null
  queue_name: string | null
  agent_name: string | null
  waited_s: number | null
  talked_s: number | null
  disposition: string | null
  note: string
  recording: Recording | null
}

export interface TimelineItem {
  id: number
  kind: string
  at: string
  by: string | null
  text: string
  call: TimelineCall | null
}

export function listCustomers(q: string, cursor: string | null, signal?: AbortSignal): Promise<Page<CustomerRow>> {
  return api.get<Page<CustomerRow>>('/customers', { query: { q, cursor, limit: 50 }, signal })
}

/** The first few whom the words fit. */
export async function findCustomers(q: string): Promise<CustomerRow[]> {
  return (await api.get<Page<CustomerRow>>('/customers', { query: { q, limit: 6 } })).items
}

export function readCustomer(id: number, signal?: AbortSignal): Promise<Customer> {
  return api.get<Customer>(`/customers/${id}`, { signal })
}

/** A masked number goes back as its reference: its stars are no number. */
export function wirePhone({ number, label, ref }: Phone): { number?: string; ref?: string; label: string } {
  return ref && isMasked(number) ? { ref, label } : { number, label }
}

export function createCustomer(body: CustomerBody): Promise<Customer> {
  return api.post<Customer>('/customers', body)
}

/** Answers 409 `version_conflict` when somebody saved in between. */
export function changeCustomer(id: number, body: CustomerBody): Promise<Customer> {
  return api.patch<Customer>(`/customers/${id}`, { ...body, phones: body.phones.map(wirePhone) })
}

export function readTimeline(id: number, cursor: string | null, signal?: AbortSignal): Promise<Page<TimelineItem>> {
  return api.get<Page<TimelineItem>>(`/customers/${id}/timeline`, { query: { cursor, limit: 30 }, signal })
}

export function addNote(id: number, text: string): Promise<TimelineItem> {
  return api.post<TimelineItem>(`/customers/${id}/notes`, { text })
}

export function addOpenItem(id: number, title: string, due_at: string | null): Promise<OpenItem> {
  return api.post<OpenItem>(`/customers/${id}/open-items`, { title, due_at })
}

export function markOpenItem(id: number, item: number, done: boolean): Promise<OpenItem> {
  return api.patch<OpenItem>(`/customers/${id}/open-items/${item}`, { done })
}
