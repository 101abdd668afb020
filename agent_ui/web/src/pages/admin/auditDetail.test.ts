import { describe, expect, it } from 'vitest'
import { detailText } from './auditDetail'

describe('the details of an audit entry', () => {
  it('are names and values, without what is empty', () => {
    const detail = { language: 'zh', prompt: null, note: '', queues: [1, 2], overflow: { action: 'queue' }, active: false }
    expect(detailText(detail)).toBe('language: zh · queues: 1, 2 · overflow: {"action":"queue"} · active: false')
  })

  it('stand below one another where there is room', () => {
    expect(detailText({ a: 1, b: 2 }, '\n')).toBe('a: 1\nb: 2')
    expect(detailText({})).toBe('')
  })
})
