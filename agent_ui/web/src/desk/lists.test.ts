import { beforeEach, describe, expect, it, vi } from 'vitest'
import { i18n } from '@/i18n'
import type { AgentView } from '@/cti/views'
import { contactText, dispositions, nextLabel, pauseReasons } from './lists'

vi.mock('@/i18n', () => ({ i18n: { global: { locale: { value: 'en' }, t: (key: string) => key, te: (key: string) => key === 'reason.missed_call' || key === 'state.ready' } } }))

const call = { disposition: null, note: '', talked_s: 12, end_reason: 'agent_hung_up' }
const line = { at: '', kind: 'call', text: '', by: null }

describe('a line of the pop', () => {
  beforeEach(() => {
    dispositions.items = [{ code: 'order', label_zh: '下单', label_en: 'Order taken' }]
    i18n.global.locale.value = 'en'
  })

  it('says what was written, or what became of the call', () => {
    expect(contactText({ ...line, kind: 'note', text: 'likes tea' })).toBe('likes tea')
    expect(contactText({ ...line, call })).toBe('')
    expect(contactText({ ...line, call: { ...call, disposition: 'order', note: 'ten boxes' } })).toBe('Order taken · ten boxes')
    expect(contactText({ ...line, call: { ...call, disposition: 'retired' } })).toBe('retired')
    expect(contactText({ ...line, call: { ...call, talked_s: 0, end_reason: 'abandoned_in_queue' } })).toBe('mine.noAnswer')
  })

  it('speaks the language of the screen', () => {
    i18n.global.locale.value = 'zh-CN'
    expect(contactText({ ...line, call: { ...call, disposition: 'order' } })).toBe('下单')
  })
})

describe('what comes after the call', () => {
  const next = (next_state: string | null): string => nextLabel({ next_state } as AgentView)

  beforeEach(() => {
    i18n.global.locale.value = 'en'
    pauseReasons.items = [{ code: 'meal', label_zh: '用餐', label_en: 'Meal' }]
  })

  it('is the state, or the pause that was chosen', () => {
    expect(next('ready')).toBe('state.ready')
    expect(next('meal')).toBe('Meal')
    expect(next('gone')).toBe('gone')
    expect(next(null)).toBe('')
  })

  it('is not why a pause that nobody chose had begun', () => {
    expect(next('missed_call')).toBe('state.not_ready')
  })
})
