// New customers that are being typed, by call: a new call never throws one away.
import { reactive, watch } from 'vue'
import { api } from '@/api/client'
import { isMasked } from '@/text/phone'

export interface Draft {
  callId: string
  number: string | null
  /** As it came with the call: by itself nothing that somebody typed. */
  offered: string
  name: string
  company: string
  remark: string
}

// A reload, or a page that crashed, must not throw away what was typed: kept by the tab, until sign-out.
const KEY = 'callroom.drafts'
const drafts = reactive(new Map<string, Draft>(kept().map((draft) => [draft.callId, draft])))
watch(drafts, () => sessionStorage.setItem(KEY, JSON.stringify([...drafts.values()])), { deep: true, flush: 'sync' })

function kept(): Draft[] {
  try {
    return JSON.parse(sessionStorage.getItem(KEY) ?? '[]') as Draft[]
  } catch {
    return []
  }
}

/** `offered`: what the list or the trunk calls them. A name that somebody typed, or cleared, stays. */
export function draftFor(callId: string, number: string | null, offered = ''): Draft {
  const known = drafts.get(callId)
  if (!known) drafts.set(callId, { callId, number, offered, name: offered, company: '', remark: '' })
  else if (offered && known.name === known.offered) known.name = known.offered = offered
  return drafts.get(callId)!
}

export function dropDraft(callId: string): void {
  drafts.delete(callId)
}

export function dropAllDrafts(): void {
  drafts.clear()
}

/** Typed in, and not of the call in work. */
export function unfinished(callId: string | null) {
  return [...drafts.values()].filter((draft) => draft.callId !== callId && isTyped(draft))
}

function isTyped({ name, offered, company, remark }: Draft): boolean {
  return [name === offered ? '' : name, company, remark].some((text) => text.trim() !== '')
}

/** Creates the customer and links the call; returns the customer's id. */
export async function createCustomer(draft: Draft, language: string): Promise<number> {
  // who may not see the number names the call: the server knows who rang
  const phone = isMasked(draft.number) ? { ref: `call:${draft.callId}`, label: '' } : { number: draft.number, label: '' }
  const phones = draft.number ? [phone] : []
  const body = { name: draft.name.trim(), company: draft.company.trim(), language, phones, notes: draft.remark.trim() }
  const { id } = await api.post<{ id: number }>('/customers', body)
  await linkCustomer(draft.callId, id)
  dropDraft(draft.callId)
  return id
}

export async function linkCustomer(callId: string, customerId: number | null): Promise<void> {
  await api.post(`/calls/${encodeURIComponent(callId)}/customer`, { customer_id: customerId })
}
