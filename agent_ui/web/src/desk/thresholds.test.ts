import { describe, expect, it } from 'vitest'
import type { FloorState } from '@/cti/store'
import { alarmsOf, isTooLong, queueLevels, stateLimit_s } from './thresholds'

const NOW = Date.parse('2026-11-22T09:10:00Z')
const USUAL = { waiting_watch: 3, waiting_alarm: 8, wait_watch_s: 30, wait_alarm_s: 120, service_level_watch: 0.8, service_level_alarm: 0.7, abandon_watch: 0.05, abandon_alarm: 0.1 }
const QUEUE = { queue_id: 1, name: 'Sales', waiting: ['a', 'b'], longest_wait_since: '2026-11-22T09:09:00Z' }
const LINE = Object.fromEntries(['a', 'b'].map((call_id) => [`call:${call_id}`, { call_id, queue_id: 1, state: 'waiting', waiting_since: '2026-11-22T09:09:00Z' }]))
const ANN = { agent_id: 11, name: 'Ann', state: 'talking', since: '2026-11-22T09:00:00Z', queue_ids: [1, 2] }

function floor(queues: Record<string, unknown>, more: Record<string, unknown> = {}): FloorState {
  const figures = { counting: true, queues: { 1: { service_level_ratio: 0.5, abandon_ratio: null } }, agents: {} }
  return { seq: 1, at: null, me: null, objects: { 'queue:1': QUEUE, ...LINE, 'agent:11': ANN, figures, thresholds: { queues, usual: USUAL }, ...more } }
}

describe('thresholds', () => {
  it('colour as usual where nobody set any, and make no noise', () => {
    expect(queueLevels(floor({}), QUEUE as never, NOW)).toEqual({ waiting: 'good', longest: 'watch', service: 'alarm', abandon: 'none' })
    expect(alarmsOf(floor({}), NOW)).toEqual([])
  })

  it('alarm where somebody did, each thing by itself', () => {
    const set = { 1: { ...USUAL, waiting_watch: 1, waiting_alarm: 2, states: {} } }
    expect(alarmsOf(floor(set), NOW).map((one) => one.key)).toEqual(['waiting:1', 'service:1'])
  })

  it('of an agent are the strictest of their queues', () => {
    const set = { 1: { ...USUAL, states: { talking: 900 } }, 2: { ...USUAL, states: { talking: 300, wrap_up: 60 } } }
    const there = floor(set)
    expect([stateLimit_s(there, ANN as never), stateLimit_s(there, ANN as never, 'ready')]).toEqual([300, null])
    expect(isTooLong(there, ANN as never, NOW)).toBe(true)
    expect(isTooLong(there, { ...ANN, since: '2026-11-22T09:08:00Z' } as never, NOW)).toBe(false)
    expect(alarmsOf(there, NOW).at(-1)).toMatchObject({ words: 'state', name: 'Ann', state: 'talking' })
    const out = floor(set, { 'agent:11': { ...ANN, state: 'signed_out' } })
    expect(alarmsOf(out, NOW).filter((one) => one.words === 'state')).toEqual([])
  })

  it('go with who asks for help, until somebody sees to it', () => {
    const asks = (state: string) => floor({}, { 'agent:11': { ...ANN, help: { state, asked_at: 'then', taken_by: null } } })
    expect([alarmsOf(asks('asked'), NOW).length, alarmsOf(asks('taken'), NOW).length]).toEqual([1, 0])
  })

  it('are unknown before they came', () => {
    expect(queueLevels({ seq: 1, at: null, me: null, objects: {} }, QUEUE as never, NOW).waiting).toBe('none')
  })
})
