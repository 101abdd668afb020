import { describe, expect, it } from 'vitest'
import { callIdOf, detailText } from './auditDetail'

describe('the details of an audit entry', () => {
  it('are names and values, without what is empty', () => {
    const detail = { language: 'zh', prompt: null, note: '', queues: [1, 2], overflow: { action: 'queue' }, active: false }
    expect(detailText(detail)).toBe('language: zh · queues: 1, 2 · overflow: {action: queue} · active: false')
  })

  it('have their names in words where there are any', () => {
    const words = { name: (name: string) => ({ row_count: '行数' })[name] ?? name, value: () => null, colon: '：' }
    expect(detailText({ row_count: 3, other: 1 }, ' · ', words)).toBe('行数：3 · other：1')
  })

  it('have their values in words, however deep they lie', () => {
    const value = (name: string, said: unknown) => (name === 'queue_id' ? `Q${String(said)}` : said === true ? '是' : null)
    const words = { name: (name: string) => name, value, colon: '：' }
    const detail = { active: true, overflow: { action: 'queue', queue_id: 2 }, steps: [{ queue_id: 3, after_s: 60 }], queue_id: [1, 2] }
    expect(detailText(detail, ' · ', words)).toBe('active：是 · overflow：{action：queue; queue_id：Q2} · steps：{queue_id：Q3; after_s：60} · queue_id：Q1, Q2')
  })

  it('stand below one another where there is room', () => {
    expect(detailText({ a: 1, b: 2 }, '\n')).toBe('a: 1\nb: 2')
    expect(detailText({})).toBe('')
  })
})

describe('the call of an audit entry', () => {
  const callOf = (action: string, object_id: string, detail = {}): string | null => callIdOf({ action, object_kind: action.split('.')[0]!, object_id, detail })

  it('is named by the entry or its details', () => {
    expect(callOf('call.disposition', 'c1')).toBe('c1')
    expect(callOf('recording.play', '7', { call_id: 'c1' })).toBe('c1')
    expect([callOf('recording.start', 'c1'), callOf('recording.pause', 'c1')]).toEqual(['c1', 'c1'])
    expect(callOf('supervision.listen', 'c1')).toBe('c1')
    expect([callOf('recording.delete', '7'), callOf('queue.change', '1', { call_id: 'c1' })]).toEqual([null, null])
  })
})
