import { beforeEach, describe, expect, it, vi } from 'vitest'

const kept = new Map<string, string>()
vi.stubGlobal('sessionStorage', {
  getItem: (key: string) => kept.get(key) ?? null,
  setItem: (key: string, value: string) => void kept.set(key, value),
})

beforeEach(() => {
  vi.resetModules()
  kept.clear()
})

describe('a new customer that is being typed', () => {
  it('survives a reload of the page, until it is dropped', async () => {
    const before = await import('./drafts')
    before.draftFor('c1', '+8613800138000').name = '王'
    vi.resetModules()
    const after = await import('./drafts')
    expect(after.draftFor('c1', null)).toMatchObject({ name: '王', number: '+8613800138000' })
    expect(after.unfinished('c2').map((draft) => draft.callId)).toEqual(['c1'])
    after.dropDraft('c1')
    vi.resetModules()
    expect((await import('./drafts')).unfinished(null)).toEqual([])
  })

  it('begins with the name that came with the call, which nobody typed', async () => {
    const { draftFor, unfinished } = await import('./drafts')
    draftFor('c1', '+8613800138000')
    expect(draftFor('c1', '+8613800138000', '刘洋').name).toBe('刘洋')
    expect(unfinished(null)).toEqual([])
    draftFor('c1', null).name = '刘小洋'
    expect(draftFor('c1', null, '刘洋').name).toBe('刘小洋')
    expect(unfinished(null)).toHaveLength(1)
    draftFor('c2', null, 'Ann').remark = 'asked for the larger car'
    expect(unfinished('c1').map((draft) => draft.callId)).toEqual(['c2'])
  })

  it('does not come back after sign-out, nor from what cannot be read', async () => {
    const before = await import('./drafts')
    before.draftFor('c1', null, 'Li')
    before.dropAllDrafts()
    expect(kept.get('callroom.drafts')).toBe('[]')
    kept.set('callroom.drafts', '{')
    vi.resetModules()
    expect((await import('./drafts')).unfinished(null)).toEqual([])
  })
})
