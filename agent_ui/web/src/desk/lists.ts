// Dispositions and pause reasons: fetched once, in the language of the screen.
import { reactive } from 'vue'
import { api } from '@/api/client'
import type { AgentView, PopInteraction } from '@/cti/views'
import { i18n } from '@/i18n'

export interface Choice {
  code: string
  label_zh: string
  label_en: string
  active?: boolean
  sort?: number
  /** Of a campaign's call: what it means for the person. */
  means?: string
}

export interface List {
  items: Choice[]
  state: 'loading' | 'ready' | 'failed'
  error: unknown
}

function emptyList(): List {
  return { items: [], state: 'loading', error: null }
}

export const dispositions = reactive(emptyList())
export const pauseReasons = reactive(emptyList())

async function load(list: List, path: string, isOrdered = false): Promise<void> {
  list.state = 'loading'
  try {
    const answer = await api.get<Choice[] | { items: Choice[] }>(path)
    const items = Array.isArray(answer) ? answer : answer.items
    const active = items.filter((item) => item.active !== false)
    list.items = isOrdered ? active : active.sort((a, b) => (a.sort ?? 0) - (b.sort ?? 0))
    list.state = 'ready'
  } catch (error) {
    list.error = error
    list.state = 'failed'
  }
}

/** Those of the call in work: its campaign's own, or the house's. */
export const offered = reactive(emptyList())
export async function loadOffered(callId: string): Promise<void> {
  await load(offered, `/calls/${encodeURIComponent(callId)}/dispositions`, true)
  // what was read at the start is better than none while the server is away
  if (offered.state === 'failed' && dispositions.items.length) Object.assign(offered, { items: dispositions.items, state: 'ready' })
}

export const loadDispositions = (): Promise<void> => load(dispositions, '/dispositions')
export const loadPauseReasons = (): Promise<void> => load(pauseReasons, '/pause-reasons')

export function labelOf(choice: Choice): string {
  return (i18n.global.locale.value === 'zh-CN' ? choice.label_zh : choice.label_en) || choice.label_en || choice.code
}

/** The word for an agent's reason: a system reason of ours, or one of the administrator's list. */
export function reasonLabel(code: string): string {
  if (!code) return ''
  const { t, te } = i18n.global
  const choice = pauseReasons.items.find((item) => item.code === code)
  if (choice) return labelOf(choice)
  return te(`reason.${code}`) ? t(`reason.${code}`) : code
}

/** What an agent asked to be after this call; empty when it is what comes anyway. */
export function nextLabel(agent: AgentView | null): string {
  const code = agent?.next_state
  if (!code) return ''
  const { t, te } = i18n.global
  // a pause that nobody chose is named by what it is: why it began is no state that comes
  if (te(`reason.${code}`) && !pauseReasons.items.some((item) => item.code === code)) return t('state.not_ready')
  return te(`state.${code}`) ? t(`state.${code}`) : reasonLabel(code)
}

/** One line of the pop: what was written, and of a call what became of it. */
export function contactText({ text, call }: PopInteraction): string {
  if (!call) return text
  const choice = dispositions.items.find((item) => item.code === call.disposition)
  const result = choice ? labelOf(choice) : (call.disposition ?? (call.end_reason && !call.talked_s ? i18n.global.t('mine.noAnswer') : ''))
  return [result, call.note || text].filter(Boolean).join(' · ')
}
