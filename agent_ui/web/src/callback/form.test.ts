import { afterEach, describe, expect, it, vi } from 'vitest'
import { ApiError } from '@/api/client'
import { formAt, keep, keptPromise, troubleOf } from './form'

afterEach(() => vi.unstubAllGlobals())

describe('what a customer is told of a failure', () => {
  it('says at the number what is wrong with it', () => {
    const refused = new ApiError(422, 'number_refused', '', [{ path: 'number', code: 'number_refused', message: '' }])
    expect(troubleOf(refused)).toMatchObject({ key: 'number_refused', isOfNumber: true, isFinal: false })
    const invalid = new ApiError(422, 'invalid', '', [{ path: 'number', code: 'string_too_short', message: '' }])
    expect(troubleOf(invalid)).toMatchObject({ key: 'not_a_number', isOfNumber: true })
  })

  it('offers no form where there is nothing to ask for', () => {
    for (const code of ['link_unknown', 'link_revoked', 'closed', 'callbacks_off']) expect(troubleOf(new ApiError(409, code, '')).isFinal).toBe(true)
    expect(troubleOf(new ApiError(0, 'network', '')).isFinal).toBe(false)
  })

  it('does not take an address that was cut off for a fault of ours', async () => {
    for (const key of ['', '1', '1-2-', '../session', 'a'.repeat(5000)]) {
      const failure = await formAt(key).show().catch((caught: unknown) => caught)
      expect(troubleOf(failure)).toMatchObject({ key: 'link_unknown', isFinal: true })
    }
  })

  it('says in how many minutes to try again', () => {
    expect(troubleOf(new ApiError(429, 'too_many_requests', '', [], 130)).minutes).toBe(3)
    expect(troubleOf(new ApiError(429, 'too_many_requests', '')).minutes).toBe(1)
  })

  it('has a sentence for what it does not know', () => {
    expect(troubleOf(new ApiError(500, 'http_500', '')).key).toBe('other')
    expect(troubleOf(new Error('x')).key).toBe('other')
  })
})

describe('a promise', () => {
  const promise = { number: '13800138000', opens_at: null, secret: 's' }

  it('is kept over a reload of this link, until it is taken back', () => {
    const stored = new Map<string, string>()
    vi.stubGlobal('sessionStorage', { getItem: (name: string) => stored.get(name) ?? null, setItem: (name: string, text: string) => stored.set(name, text), removeItem: (name: string) => stored.delete(name) })
    expect(keptPromise('1-k')).toBeNull()
    keep('1-k', promise)
    expect([keptPromise('1-k'), keptPromise('2-k')]).toEqual([promise, null])
    keep('1-k', null)
    expect([keptPromise('1-k'), stored.size]).toEqual([null, 0])
  })

  it('is made also where a browser keeps nothing for sites', () => {
    const blocked = (): never => {
      throw new Error('SecurityError')
    }
    vi.spyOn(console, 'info').mockImplementation(() => undefined)
    vi.stubGlobal('sessionStorage', { getItem: blocked, setItem: blocked, removeItem: blocked })
    keep('1-k', promise)
    expect(keptPromise('1-k')).toBeNull()
  })
})
