// What an agent can do at the seat; each action waits for the floor's answer and says why when refused.
import { ElMessage } from 'element-plus'
import { computed, reactive } from 'vue'
import { api } from '@/api/client'
import { changeParty, holdCall, invite, leave, muteSelf, pressKeyFor, recordOwn, retrieveCall, transfer, type PartyPress, type Target } from '@/api/controls'
import type { PartyView } from '@/cti/views'
import { errorText, i18n } from '@/i18n'
import { MicrophoneError } from '@/phone/microphone'
import { rememberEnd } from './ends'
import { floor, isLive, me, work } from './live'
import { overrulers, sendOverruling } from './overruling'
import { mayControl } from './people'
import { direct, hasPhone, microphone, phone, softphone } from './phone'
import { isBusy, ownStep } from './takes'
import { isMutedAtSwitch } from './work'

export type Action = 'sign-in' | 'sign-out' | 'ready' | 'not-ready' | 'answer' | 'decline' | 'hang-up' | 'record' | 'take' | 'hold' | 'party' | 'pass-on' | 'supervise' | 'force' | 'move' | 'park' | 'help' | 'bulletin' | 'dial' | 'redial' | 'mute' | 'skip' | 'machine'

/** Buttons of a running action are disabled: a second click would be a second command. */
export const pending = reactive(new Set<Action>())
const EXPLICIT = 'callroom.signed-out'

export async function act(action: Action, run: () => Promise<unknown>): Promise<boolean> {
  if (pending.has(action)) return false
  pending.add(action)
  try {
    await run()
    return true
  } catch (error) {
    ElMessage.error({ message: explain(error), grouping: true, showClose: true, duration: 6000 })
    return false
  } finally {
    pending.delete(action)
  }
}

function explain(error: unknown): string {
  if (error instanceof MicrophoneError) return i18n.global.t(`microphone.${error.state}`)
  const roles = overrulers(error)
  return roles.length ? i18n.global.t('errors.do_not_call_ask', { roles: roles.map((role) => i18n.global.t(`admin.roles.${role}`)).join(', ') }) : errorText(error)
}

export const canAnswer = computed(() => hasPhone.value && phone.value.call?.phase === 'ringing')
export const canBeReady = computed(() => isLive.value && (me.value?.state === 'not_ready' || me.value?.state === 'wrap_up'))

export async function takeSeat(): Promise<boolean> {
  sessionStorage.removeItem(EXPLICIT)
  return act('sign-in', () => api.post('/agent/sign-in'))
}

export async function leaveSeat(): Promise<boolean> {
  const left = await act('sign-out', () => api.post('/agent/sign-out'))
  if (left) sessionStorage.setItem(EXPLICIT, '1')
  return left
}

/** After login and reload the seat is taken without a click, unless the person left it on purpose. */
export async function takeSeatUnlessLeft(): Promise<void> {
  if (sessionStorage.getItem(EXPLICIT)) return
  if (me.value?.state === 'signed_out') await takeSeat()
}

export async function goReady(): Promise<boolean> {
  return act('ready', () => api.post('/agent/ready'))
}

export async function goNotReady(reason: string): Promise<boolean> {
  return act('not-ready', () => api.post('/agent/not-ready', { reason }))
}

export async function answer(): Promise<void> {
  if (!canAnswer.value) return
  await act('answer', async () => {
    try {
      await softphone.answer()
    } catch (error) {
      if (error instanceof MicrophoneError) microphone.value = error.state
      throw error
    }
  })
}

export async function decline(): Promise<void> {
  const callId = work.value?.callId
  if (!callId || direct.value || phone.value.call?.callId === null || !isLive.value) return softphone.drop('person')
  await act('decline', () => api.post(`/calls/${encodeURIComponent(callId)}/decline`))
}

export async function hangUp(): Promise<void> {
  const callId = work.value?.callId
  if (callId) rememberEnd(callId)
  if (!callId || !isLive.value) return softphone.drop('person')
  // The server ends it for both sides; a leg that it cannot reach any more is ended here.
  const ended = await act('hang-up', () => api.post(`/calls/${encodeURIComponent(callId)}/hang-up`))
  if (!ended) softphone.drop('person')
}

export const isTaped = computed(() => phone.value.call?.phase === 'up' && Boolean(work.value?.call?.recording_state) && !isBusy(work.value?.call ?? null))

/** What the caller says next is not kept, or kept again; the recording goes on by itself after a while. */
export async function toggleRecording(): Promise<void> {
  const call = work.value?.call
  if (!call?.recording_state) return
  const isOn = call.recording_state === 'on' || call.recording_state === 'resuming'
  await act('record', () => api.post(`/calls/${encodeURIComponent(call.call_id)}/${isOn ? 'pause-recording' : 'resume-recording'}`))
}

/** A recording of one's own talk, where the line offers it. */
export async function toggleTake(): Promise<void> {
  const call = work.value?.call ?? null
  const step = ownStep(call)
  if (call && step && !isBusy(call)) await act('take', () => recordOwn(call.call_id, step === 'start'))
}

/** Music for the customer, or back to them. */
export async function toggleHold(): Promise<void> {
  const call = work.value?.call
  if (call && mayControl(call, me.value)) await act('hold', () => (call.seat === 'in_room' ? holdCall(call.call_id) : retrieveCall(call.call_id)))
}

export async function inviteToCall(target: Target): Promise<boolean> {
  const callId = work.value?.callId
  return callId ? passOn(target, (to) => invite(callId, to)) : false
}

export async function passCallOn(target: Target): Promise<boolean> {
  const callId = work.value?.callId
  return callId ? passOn(target, (to) => transfer(callId, to)) : false
}

async function passOn(target: Target, send: (target: Target) => Promise<unknown>): Promise<boolean> {
  let isSent = false
  const isDone = await act('pass-on', async () => {
    isSent = await sendOverruling((more) => send({ ...target, ...more }))
  })
  return isDone && isSent
}

export async function pressParty(party: PartyView, press: PartyPress): Promise<void> {
  const callId = work.value?.callId
  if (callId) await act('party', () => changeParty(callId, party.party_id, press))
}

/** The customer stays with whoever was invited. */
export async function leaveCall(): Promise<void> {
  const callId = work.value?.callId
  if (callId) await act('party', () => leave(callId))
}

/** The page's own microphone, or by the switch what another telephone says; who was muted there is heard again, too. */
export async function toggleMute(): Promise<void> {
  const call = phone.value.call
  if (!call) return
  const { callId, elsewhere, muted } = call
  const isAtSwitch = elsewhere || isMutedAtSwitch(floor.value, callId)
  if (!elsewhere) softphone.mute(!muted)
  if (isAtSwitch && callId) await act('mute', () => muteSelf(callId, !muted))
}

let sent: Promise<unknown> = Promise.resolve()

/** One after the other: a code typed fast arrives as it was typed. */
export function pressKey(key: string): void {
  const call = phone.value.call
  const callId = call?.callId
  if (!call?.elsewhere) softphone.sendKey(key)
  else if (callId) sent = sent.then(() => pressKeyFor(callId, key)).catch((error: unknown) => ElMessage.error({ message: explain(error), grouping: true, showClose: true, duration: 6000 }))
}
