import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { nextTick } from 'vue'
import { ApiError } from '@/api/client'
import { EMPTY } from '@/cti/store'
import type { AgentState } from '@/cti/views'
import { floor, work } from './live'
import { dispose, note, startNotes, writeNote } from './note'

interface Sent {
  method: string
  path: string
  body: unknown
  keepalive: boolean | undefined
}

let sent: Sent[]
let notes: Record<string, string>
let refusal: ApiError | null
let stop: () => void

const QUIET_MS = 700
const settle = (): Promise<unknown> => vi.advanceTimersByTimeAsync(0)
const written = (): Sent[] => sent.filter((one) => one.method !== 'GET')

/** The server as far as notes go. */
async function serve(url: string, init: RequestInit): Promise<Response> {
  const { method, body, keepalive } = init
  const callId = /calls\/([^/]+)/.exec(url)![1]!
  sent.push({ method: method!, path: url.replace('/api/v1', ''), body: body ? JSON.parse(String(body)) : null, keepalive })
  if (refusal) return new Response(JSON.stringify({ error: { code: refusal.code, message: '' } }), { status: refusal.status })
  if (method === 'PUT') {
    const { text, base } = JSON.parse(String(body)) as { text: string; base: string }
    if (![base, text].includes(notes[callId] ?? '')) return new Response(JSON.stringify({ error: { code: 'note_changed', message: '' } }), { status: 409 })
    notes[callId] = text
  }
  return new Response(method === 'GET' ? JSON.stringify({ note: notes[callId] ?? '' }) : null, { status: method === 'GET' ? 200 : 204 })
}

function inState(state: AgentState, callId: string | null = 'c1'): void {
  floor.value = { ...EMPTY, seq: 1, at: '2026-11-22T00:00:00Z', me: 7, objects: { 'agent:7': { agent_id: 7, state, call_id: callId } } }
  work.value = callId ? { callId, call: null, pop: null } : null
}

beforeEach(() => {
  vi.useFakeTimers()
  const stored = new Map<string, string>()
  vi.stubGlobal('sessionStorage', new Proxy({
    getItem: (key: string) => stored.get(key) ?? null,
    setItem: (key: string, text: string) => void stored.set(key, text),
    removeItem: (key: string) => void stored.delete(key),
  }, { ownKeys: () => [...stored.keys()], getOwnPropertyDescriptor: () => ({ enumerable: true, configurable: true }) }))
  vi.stubGlobal('window', new EventTarget())
  vi.stubGlobal('fetch', vi.fn(serve))
  sent = []
  notes = {}
  refusal = null
})
afterEach(() => {
  stop()
  floor.value = EMPTY
  work.value = null
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

describe('the note of the call in work', () => {
  it('leaves alone what another tab wrote when this one only disposes', async () => {
    inState('ringing')
    stop = startNotes()
    inState('talking')
    await settle()
    notes.c1 = 'typed in the other tab'
    note.disposition = 'resolved'
    await dispose()
    expect(written()).toMatchObject([{ path: '/calls/c1/disposition', body: { code: 'resolved', note: null } }])
  })

  it('is taken over from the other tab when the state changes or this window is looked at', async () => {
    inState('talking')
    stop = startNotes()
    await settle()
    notes.c1 = 'typed in the other tab'
    inState('wrap_up')
    await settle()
    expect(note).toMatchObject({ text: 'typed in the other tab', state: 'saved' })
    notes.c1 += ', and more'
    window.dispatchEvent(new Event('focus'))
    await settle()
    expect(note.text).toBe('typed in the other tab, and more')
  })

  it('is not asked for when the call only rang here', async () => {
    inState('ringing')
    stop = startNotes()
    await settle()
    inState('ready', null)
    await settle()
    expect(sent).toEqual([])
  })

  it('is never replaced while it is being typed', async () => {
    inState('talking')
    stop = startNotes()
    await settle()
    notes.c1 = 'older'
    inState('wrap_up')
    await nextTick()
    writeNote('newer')
    await settle()
    expect(note.text).toBe('newer')
    await vi.advanceTimersByTimeAsync(QUIET_MS)
    expect(notes.c1).toBe('older\nnewer')
    expect(note.text).toBe('older\nnewer')
    expect(sessionStorage.getItem('callroom.note.c1')).toBeNull()
  })

  it('goes with the disposition when it could not be saved', async () => {
    inState('wrap_up')
    stop = startNotes()
    writeNote('x')
    refusal = new ApiError(503, 'unavailable', '')
    note.disposition = 'resolved'
    await expect(dispose()).rejects.toMatchObject({ status: 503 })
    expect(written().at(-1)).toMatchObject({ path: '/calls/c1/disposition', body: { note: 'x', base: '' } })
    refusal = null
  })

  it('does not go over what a colleague wrote: the disposition alone is saved, and the draft waits to be joined', async () => {
    inState('wrap_up')
    stop = startNotes()
    await settle()
    const answer = (status: number, code: string): Response => new Response(JSON.stringify({ error: { code, message: '' } }), { status })
    vi.stubGlobal('fetch', vi.fn(async (url: string, init: RequestInit) => {
      if (init.method === 'PUT') return answer(503, 'unavailable')
      if (init.method === 'POST' && JSON.parse(String(init.body)).note === 'mine') return answer(409, 'note_changed')
      return serve(url, init)
    }))
    writeNote('mine')
    note.disposition = 'resolved'
    await dispose()
    expect(written()).toMatchObject([{ path: '/calls/c1/disposition', body: { code: 'resolved', note: null } }])
    expect(note.isDisposed).toBe(true)
    expect(sessionStorage.getItem('callroom.note.c1')).toContain('mine')
  })

  it('is sent by the closing page', async () => {
    inState('talking')
    stop = startNotes()
    writeNote('the last words')
    window.dispatchEvent(new Event('pagehide'))
    expect(written()).toMatchObject([{ method: 'PUT', body: { text: 'the last words' }, keepalive: true }])
  })

  it('of an earlier call is saved after a reload, and forgotten when it is refused', async () => {
    sessionStorage.setItem('callroom.note.c0', JSON.stringify({ text: 'left over', base: '' }))
    stop = startNotes()
    expect(sent).toEqual([])
    inState('ready', null)
    await settle()
    expect(notes.c0).toBe('left over')
    expect(sessionStorage.getItem('callroom.note.c0')).toBeNull()
    stop()
    sessionStorage.setItem('callroom.note.cx', JSON.stringify({ text: 'of somebody else', base: '' }))
    refusal = new ApiError(403, 'not_allowed', '')
    stop = startNotes()
    await settle()
    expect(sessionStorage.getItem('callroom.note.cx')).toBeNull()
  })

  it('keeps the draft of what was typed during a save', async () => {
    inState('talking')
    stop = startNotes()
    await settle()
    writeNote('a')
    await vi.advanceTimersToNextTimerAsync()
    writeNote('ab')
    expect(sessionStorage.getItem('callroom.note.c1')).toContain('"text":"ab"')
    await vi.advanceTimersByTimeAsync(QUIET_MS)
    expect(sessionStorage.getItem('callroom.note.c1')).toBeNull()
    expect(notes.c1).toBe('ab')
  })

  it('has no disposition yet when a call that was passed on comes back', async () => {
    inState('wrap_up')
    stop = startNotes()
    await settle()
    note.disposition = 'resolved'
    await dispose()
    expect(note.isDisposed).toBe(true)
    inState('ringing')
    await settle()
    expect(note).toMatchObject({ callId: 'c1', disposition: null, isDisposed: false })
  })
})
