import { describe, expect, it } from 'vitest'
import type { CallView } from '@/cti/views'
import { isBusy, isChanging, ownStep, showsTape, supervisorStep, tapeWords } from './takes'

const call = (part: Partial<CallView>): CallView => ({ call_id: 'c1', state: 'talking', recording_state: null, recording_asked_by: null, recording_offered: false, no_recording: null, ...part }) as CallView

describe('recording on demand', () => {
  it('is the agents where their line offers it', () => {
    expect(ownStep(call({ recording_offered: true }))).toBe('start')
    expect(ownStep(call({ recording_offered: true, state: 'held' }))).toBe('start')
    expect(ownStep(call({}))).toBeNull()
    expect(ownStep(call({ recording_offered: true, no_recording: 'refused' }))).toBeNull()
    expect(ownStep(call({ recording_offered: true, no_recording: 'not_told' }))).toBe('start')
    expect(ownStep(call({ recording_offered: true, state: 'rejoining' }))).toBeNull()
    expect(ownStep(null)).toBeNull()
  })

  it('is ended by who may have begun it', () => {
    const on = (by: CallView['recording_asked_by']): CallView => call({ recording_offered: true, recording_state: 'on', recording_asked_by: by })
    expect([ownStep(on('agent')), ownStep(on('supervisor')), ownStep(on(null))]).toEqual(['stop', null, null])
    expect([supervisorStep(on('agent')), supervisorStep(on('supervisor')), supervisorStep(on(null))]).toEqual(['stop', 'stop', null])
  })

  it('is a supervisors in any talk but where the caller refused', () => {
    expect(supervisorStep(call({}))).toBe('start')
    expect(supervisorStep(call({ no_recording: 'refused' }))).toBeNull()
    expect(supervisorStep(call({ state: 'waiting' }))).toBeNull()
    expect(supervisorStep(null)).toBeNull()
  })

  it('is marked at who talks, and no more when the talk is over or a colleague has it', () => {
    const on = call({ recording_state: 'on' })
    expect([showsTape(on, 'talking'), showsTape(on, 'wrap_up'), showsTape(on, null)]).toEqual([true, false, false])
    expect(showsTape(call({ no_recording: 'refused' }), 'wrap_up')).toBe(true)
    expect(showsTape(call({}), 'wrap_up')).toBe(false)
  })

  it('changes for a moment', () => {
    expect([isChanging(call({ recording_state: 'starting' })), isChanging(call({ recording_state: 'stopping' }))]).toEqual([true, true])
    expect([isChanging(call({ recording_state: 'on' })), isChanging(call({})), isChanging(null)]).toEqual([false, false, false])
  })

  it('waits on hold for the caller, and can be taken back until then', () => {
    const waiting = call({ state: 'held', recording_state: 'starting', recording_asked_by: 'agent', recording_offered: true })
    expect([isBusy(waiting), ownStep(waiting), tapeWords(waiting)]).toEqual([false, 'stop', 'bar.recordingWaits'])
    expect(isBusy(call({ recording_state: 'starting' }))).toBe(true)
    expect(isBusy(call({ state: 'held', recording_state: 'stopping' }))).toBe(true)
    expect(isBusy(null)).toBe(false)
  })

  it('is told in words, and with them when the caller hears the notice', () => {
    const told = (state: CallView['recording_state'], part: Partial<CallView> = {}) => tapeWords(call({ recording_state: state, ...part }))
    expect(told('starting')).toBe('bar.recordingStarts')
    expect(told('starting', { recording_notice: true })).toBe('bar.recordingNotice')
    expect([told('on'), told('pausing'), told('stopping')]).toEqual(Array(3).fill('bar.recording'))
    expect([told('paused'), told('resuming')]).toEqual(Array(2).fill('bar.recordingPaused'))
    expect([told(null), told('on', { state: 'rejoining' })]).toEqual([null, null])
  })
})
