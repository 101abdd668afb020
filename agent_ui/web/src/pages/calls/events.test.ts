import { expect, it } from 'vitest'
import type { CallEvent } from '@/api/calls'
import en from '@/i18n/en/pages'
import { wordsOf } from './events'

function event(seq: number, kind: string, detail: Record<string, unknown> = {}): CallEvent {
  return { seq, at: '2026-11-25T12:00:00Z', kind, detail }
}

const EVENTS = [event(1, 'call_started'), event(2, 'attempt_changed', { phase: 'ringing' }), event(3, 'call_started'), event(4, 'talk_started')]
const words = (direction: string) => EVENTS.map((one) => wordsOf(one, EVENTS, direction))

it('lets nobody arrive whom we called', () => {
  expect(words('outbound')).toEqual(['starts.outbound', 'attemptPhases.ringing', 'starts.onLine', 'eventKinds.talk_started'])
})

it('lets a caller arrive once', () => {
  expect(words('inbound')).toEqual(['eventKinds.call_started', 'attemptPhases.ringing', 'starts.again', 'eventKinds.talk_started'])
})

it('has words for each of them', () => {
  for (const phase of ['sent', 'ringing', 'answered', 'connected', 'ended'] as const) expect(en.callLog.attemptPhases[phase]).toBeTruthy()
})
