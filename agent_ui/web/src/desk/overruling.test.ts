import { describe, expect, it, vi } from 'vitest'
import { ApiError } from '@/api/client'

vi.mock('element-plus', () => ({ ElMessageBox: {} }))
vi.mock('@/i18n', () => ({ i18n: { global: { t: (key: string) => key } } }))
const { overrulers, sendOverruling } = await import('./overruling')
type Overrule = import('./overruling').Overrule

const wantsWhy = new ApiError(422, 'do_not_call_unless', 'say why')

function server(refusal: ApiError | null) {
  const sent: Overrule[] = []
  const send = async (more: Overrule): Promise<void> => {
    sent.push(more)
    if (refusal && !more.overrule_reason) throw refusal
  }
  return { sent, send }
}

describe('calling somebody who must not be called', () => {
  it('asks for nothing while the server wants no reason', async () => {
    const { sent, send } = server(null)
    expect(await sendOverruling(send, () => Promise.reject(new Error('asked')))).toBe(true)
    expect(sent).toEqual([{}])
  })
  it('sends once more with the reason', async () => {
    const { sent, send } = server(wantsWhy)
    expect(await sendOverruling(send, async () => 'they asked for it')).toBe(true)
    expect(sent).toEqual([{}, { overrule_reason: 'they asked for it' }])
  })
  it('sends nothing more when the person thinks better of it', async () => {
    const { sent, send } = server(wantsWhy)
    expect(await sendOverruling(send, async () => null)).toBe(false)
    expect(sent).toEqual([{}])
  })
  it('leaves every other refusal to the asker', async () => {
    const { send } = server(new ApiError(422, 'do_not_call', 'no'))
    await expect(sendOverruling(send, async () => 'they asked for it')).rejects.toThrow('no')
  })
  it('names who may overrule it', () => {
    const fields = [{ path: 'overruled_by.supervisor', code: 'supervisor', message: '' }, { path: 'number', code: 'odd', message: '' }]
    expect(overrulers(new ApiError(422, 'do_not_call', 'no', fields))).toEqual(['supervisor'])
    expect(overrulers(new ApiError(422, 'other', 'no', fields))).toEqual([])
    expect(overrulers(null)).toEqual([])
  })
})
