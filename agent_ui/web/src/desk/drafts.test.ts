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
