import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { api, ApiError } from './api/client'
import { restoreSession, session, signIn } from './session'

const USER = { id: 3, login: 'agent', name: 'Li', role: 'agent' as const, extension: '1001', language: 'zh', queue_ids: [1] }

function answer(status: number, body: unknown): Response {
  return new Response(JSON.stringify(body), { status, headers: { 'Retry-After': '7' } })
}

let fetched: ReturnType<typeof vi.fn<typeof fetch>>

beforeEach(() => {
  fetched = vi.fn<typeof fetch>()
  vi.stubGlobal('fetch', fetched)
})
afterEach(() => vi.unstubAllGlobals())

async function signedIn(): Promise<void> {
  fetched.mockImplementation(async () => answer(200, { user: USER, demo: true, version: '1' }))
  await signIn('agent', 'x')
}

describe('the session', () => {
  it('stays when the server cannot be reached or is ill: a call may be going on', async () => {
    await signedIn()
    fetched.mockRejectedValueOnce(new TypeError('network'))
    await expect(restoreSession()).rejects.toMatchObject({ code: 'network' })
    fetched.mockImplementationOnce(async () => answer(503, {}))
    await expect(restoreSession()).rejects.toMatchObject({ code: 'http_503' })
    expect(session).toMatchObject({ state: 'signed_in', user: USER, demo: true })
  })

  it('ends when the server says so, whoever asked', async () => {
    await signedIn()
    fetched.mockImplementation(async () => answer(401, { error: { code: 'not_signed_in', message: 'x' } }))
    await restoreSession()
    expect(session).toMatchObject({ state: 'signed_out', user: null })
    await signedIn()
    fetched.mockImplementation(async () => answer(401, { error: { code: 'not_signed_in', message: 'x' } }))
    await expect(api.get('/calls')).rejects.toBeInstanceOf(ApiError)
    expect(session.state).toBe('signed_out')
  })
})

describe('the API client', () => {
  it('turns a refusal into code, fields and pause', async () => {
    const fields = [{ path: 'name', code: 'missing', message: 'name is missing' }]
    fetched.mockImplementation(async () => answer(422, { error: { code: 'invalid', message: 'no', fields } }))
    const error = await api.post('/customers', {}).catch((caught: unknown) => caught)
    expect(error).toMatchObject({ status: 422, code: 'invalid', retryAfter_s: 7 })
    expect((error as ApiError).field('name')?.code).toBe('missing')
    expect((error as ApiError).field('phone')).toBeUndefined()
  })

  it('sends JSON with its own header, leaves empty query values out, and takes an empty answer', async () => {
    fetched.mockImplementation(async () => new Response(null, { status: 204 }))
    expect(await api.get('/calls', { query: { q: '', limit: 5, from: null } })).toBeUndefined()
    expect(await api.put('/x', { a: 1 })).toBeUndefined()
    const [path, init] = fetched.mock.calls[1]!
    expect(fetched.mock.calls[0]![0]).toBe('/api/v1/calls?limit=5')
    expect(path).toBe('/api/v1/x')
    expect(init).toMatchObject({ method: 'PUT', body: '{"a":1}' })
    expect(init!.headers).toMatchObject({ 'Content-Type': 'application/json', 'X-Requested-With': 'callroom' })
  })

  it('does not choke on an answer that is no JSON', async () => {
    fetched.mockImplementation(async () => new Response('<html>', { status: 200 }))
    await expect(api.get('/x')).rejects.toMatchObject({ code: 'bad_answer' })
    fetched.mockImplementation(async () => new Response('<html>', { status: 502 }))
    await expect(api.get('/x')).rejects.toMatchObject({ code: 'http_502' })
  })

  it('leaves uploads to the browser', async () => {
    fetched.mockImplementation(async () => answer(200, {}))
    await api.post('/import', new FormData())
    expect(fetched.mock.calls[0]![1]!.headers).not.toHaveProperty('Content-Type')
  })
})
