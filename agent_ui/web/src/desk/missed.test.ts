import { describe, expect, it, vi } from 'vitest'
import { nextTick } from 'vue'
import { EMPTY } from '@/cti/store'
import type { AgentState } from '@/cti/views'
import { session, type User } from '@/session'
import { floor, work } from './live'
import { joined, missed, startMissed, type MissedCall } from './missed'

const call = (callId: string, at: string, name = ''): MissedCall => ({ callId, at, name, number: null, queue: '' })

describe('calls that rang here in vain', () => {
  it('are those of the log and those that the tab has seen, each once, the newest first', () => {
    const logged = [call('c3', '2026-03-02T09:03:00Z', 'Ann'), call('c1', '2026-03-02T09:01:00Z')]
    const seen = [call('c4', '2026-03-02T09:04:00Z'), call('c3', '2026-03-02T09:03:01Z')]
    expect(joined(logged, seen).map(({ callId, name }) => callId + name)).toEqual(['c4', 'c3Ann', 'c1'])
  })

  it('are no more than a screen has room for', () => {
    const many = Array.from({ length: 30 }, (_, at) => call(`c${at}`, `2026-03-02T09:${10 + at}:00Z`))
    expect(joined(many, []).map(({ callId }) => callId).slice(0, 2)).toEqual(['c29', 'c28'])
    expect(joined(many, many)).toHaveLength(20)
  })

  it('are not shown to the next person at this computer', async () => {
    const kept = new Map<string, string>()
    vi.stubGlobal('sessionStorage', { getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, text: string) => void kept.set(key, text) })
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError('no network')))
    const be = (id: number): void => void (session.user = { id } as User)
    const inState = (state: AgentState, reason = ''): void => {
      floor.value = { ...EMPTY, seq: 1, at: '2026-03-02T09:00:00Z', me: 7, objects: { 'agent:7': { agent_id: 7, state, reason, call_id: 'c1' } } }
    }
    const seenBy = (id: number): string[] => {
      be(id)
      startMissed()()
      return missed.value.map(({ callId }) => callId)
    }
    be(7)
    const stop = startMissed()
    work.value = { callId: 'c1', call: null, pop: null }
    inState('ringing')
    await nextTick()
    inState('not_ready', 'missed_call')
    await nextTick()
    stop()
    expect(seenBy(8)).toEqual([])
    expect(seenBy(7)).toEqual(['c1'])
  })

  it('are not brought to the next person by an answer that comes late', async () => {
    vi.stubGlobal('sessionStorage', { getItem: () => null })
    let answer: (response: Response) => void = () => undefined
    vi.stubGlobal('fetch', () => new Promise<Response>((resolve) => (answer = resolve)))
    startMissed()()
    answer(new Response(JSON.stringify({ items: [{ call_id: 'c2', at: '2026-03-02T09:00:00Z', name: 'Ann', number: null, queue: '' }] })))
    await new Promise((resolve) => setTimeout(resolve))
    expect(missed.value).toEqual([])
  })
})
