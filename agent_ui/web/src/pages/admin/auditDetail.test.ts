import { describe, expect, it } from 'vitest'
import { detailText } from './auditDetail'

describe('the details of an audit entry', () => {
  it('are names and values, without what is empty', () => {
    const detail = { language: 'zh', prompt: null, note: '', queues: [1, 2], overflow: { action: 'queue' }, active: false }
    expect(detailText(detail)).toBe('language: zh · queues: 1, 2 · overflow: {"action":"queue"} · active: false')
  })

  it('have their names in words where there are any', () => {
    const words = (name: string) => ({ row_count: '行数' })[name] ?? name
    expect(detailText({ row_count: 3, other: 1 }, ' · ', words)).toBe('行数: 3 · other: 1')
  })

  it('stand below one another where there is room', () => {
    expect(detailText({ a: 1, b: 2 }, '\n')).toBe('a: 1\nb: 2')
    expect(detailText({})).toBe('')
  })
})
