// What an agent does with the people of a call; the new state comes by push.
import { api } from './client'

/** One of the three. */
export interface Target {
  agent_id?: number
  queue_id?: number
  number?: string
  overrule_reason?: string
}

/** A number as it was typed, or what it stands on. */
export interface DialTarget {
  number?: string
  ref?: string
  customer_id?: number
  task_id?: number
  overrule_reason?: string
}

/** Gives the id of the call to be. */
export async function dialOut(target: DialTarget): Promise<string> {
  return (await api.post<{ call_id: string }>('/agent/dial', target)).call_id
}

export type PartyPress = 'swap' | 'bring-in' | 'drop'

const onCall = (callId: string, action: string): string => `/calls/${encodeURIComponent(callId)}/${action}`

export function holdCall(callId: string): Promise<unknown> {
  return api.post(onCall(callId, 'hold'))
}

export function retrieveCall(callId: string): Promise<unknown> {
  return api.post(onCall(callId, 'retrieve'))
}

/** At whatever telephone; the page mutes its own microphone by itself. */
export function muteSelf(callId: string, muted: boolean): Promise<unknown> {
  return api.post(onCall(callId, muted ? 'mute' : 'unmute'))
}

/** For a telephone that is not the page. */
export function pressKeyFor(callId: string, key: string): Promise<unknown> {
  return api.post(onCall(callId, 'keys'), { key })
}

/** From now on; what was said before is in no file. */
export function recordOwn(callId: string, on: boolean): Promise<unknown> {
  return api.post(onCall(callId, on ? 'start-recording' : 'stop-recording'))
}

export function invite(callId: string, target: Target): Promise<unknown> {
  return api.post(onCall(callId, 'invite'), target)
}

export function transfer(callId: string, target: Target): Promise<unknown> {
  return api.post(onCall(callId, 'transfer'), target)
}

export function leave(callId: string): Promise<unknown> {
  return api.post(onCall(callId, 'leave'))
}

export function changeParty(callId: string, partyId: string, press: PartyPress): Promise<unknown> {
  return api.post(onCall(callId, `parties/${encodeURIComponent(partyId)}/${press}`))
}

export function park(callId: string): Promise<unknown> {
  return api.post(onCall(callId, 'park'))
}

/** Rings this person's own phone for the parked caller. */
export function pickUp(callId: string): Promise<unknown> {
  return api.post(onCall(callId, 'pick-up'))
}

/** Ends the talk for the agent; the customer is asked how it was. */
export function sendToSurvey(callId: string): Promise<unknown> {
  return api.post(onCall(callId, 'survey'))
}

export function askForHelp(callId: string): Promise<unknown> {
  return api.post(onCall(callId, 'ask-help'))
}

export function needNoHelp(callId: string): Promise<unknown> {
  return api.post(onCall(callId, 'need-no-help'))
}
