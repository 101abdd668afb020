import { describe, expect, it } from 'vitest'
import { agents, callOf, calls, EMPTY, myAgent, popOf, queues, reduce, system } from './store'
import type { ChangeMessage, SnapshotMessage } from './views'

const AT = '2026-11-22T08:00:00Z'

function snapshot(seq: number, objects: Record<string, unknown>, me: number | null = 7): SnapshotMessage {
  return { type: 'snapshot', seq, at: AT, me, objects }
}

function change(seq: number, objects: Record<string, unknown>): ChangeMessage {
  return { type: 'change', seq, at: AT, objects }
}

describe('reduce', () => {
  it('takes a snapshot as it is', () => {
    const { state, resync } = reduce(EMPTY, snapshot(4, { 'agent:7': { name: 'Li' } }))
    expect(resync).toBe(false)
    expect(state).toEqual({ seq: 4, at: AT, me: 7, objects: { 'agent:7': { name: 'Li' } } })
  })

  it('puts changed views in, takes gone ones out, and leaves the old state alone', () => {
    const before = reduce(EMPTY, snapshot(1, { a: { n: 1 }, b: { n: 1 } })).state
    const after = reduce(before, change(2, { a: { n: 2 }, b: null, c: { n: 3 } })).state
    expect(after.objects).toEqual({ a: { n: 2 }, c: { n: 3 } })
    expect(after.seq).toBe(2)
    expect(before.objects).toEqual({ a: { n: 1 }, b: { n: 1 } })
  })

  it('asks for a snapshot once after a gap, keeps what it shows, and ignores changes until it comes', () => {
    const before = reduce(EMPTY, snapshot(1, { a: 1 })).state
    const gap = reduce(before, change(3, { a: 3 }))
    expect(gap.resync).toBe(true)
    expect(gap.state.objects).toEqual({ a: 1 })
    const later = reduce(gap.state, change(4, { a: 4 }))
    expect(later).toEqual({ state: gap.state, resync: false })
    expect(reduce(later.state, snapshot(9, { a: 9 })).state.objects).toEqual({ a: 9 })
  })

  it('ignores a change that the snapshot already contains', () => {
    const before = reduce(EMPTY, snapshot(5, { a: 5 })).state
    expect(reduce(before, change(5, { a: 4 }))).toEqual({ state: before, resync: false })
  })

  it('gives the same floor by changes as by one snapshot', () => {
    let state = reduce(EMPTY, snapshot(0, {})).state
    for (let seq = 1; seq <= 50; seq += 1) state = reduce(state, change(seq, { [`k${seq % 7}`]: seq % 3 ? seq : null })).state
    const expected = Object.fromEntries([44, 46, 47, 49, 50].map((seq) => [`k${seq % 7}`, seq]))
    expect(state.objects).toEqual(expected)
  })
})

describe('questions to the copy', () => {
  const state = reduce(
    EMPTY,
    snapshot(1, {
      'agent:7': { agent_id: 7, name: 'B' },
      'agent:8': { agent_id: 8, name: 'A' },
      'call:x': { call_id: 'x', arrived_at: '2026-11-22T08:00:02Z' },
      'call:w': { call_id: 'w', arrived_at: '2026-11-22T08:00:01Z' },
      'pop:x': { call_id: 'x' },
      'queue:1': { queue_id: 1, name: 'Sales' },
      system: { node_up: { n1: true } },
    }),
  ).state

  it('finds my own view, calls, pops and lists in order', () => {
    expect(myAgent(state)?.name).toBe('B')
    expect(callOf(state, 'x')?.call_id).toBe('x')
    expect(popOf(state, 'x')?.call_id).toBe('x')
    expect(agents(state).map((agent) => agent.name)).toEqual(['A', 'B'])
    expect(calls(state).map((call) => call.call_id)).toEqual(['w', 'x'])
    expect(queues(state)).toHaveLength(1)
    expect(system(state)?.node_up.n1).toBe(true)
  })

  it('answers null for what is not there', () => {
    expect(myAgent(EMPTY)).toBeNull()
    expect(myAgent({ ...state, me: 99 })).toBeNull()
    expect(callOf(state, null)).toBeNull()
    expect(callOf(state, 'gone')).toBeNull()
    expect(popOf(state, undefined)).toBeNull()
    expect(popOf(state, 'gone')).toBeNull()
    expect(system(EMPTY)).toBeNull()
  })
})
