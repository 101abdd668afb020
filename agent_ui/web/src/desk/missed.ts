// Calls that rang here in vain today, remembered by this tab.
import { ref, watch } from 'vue'
import { serverNow } from './clock'
import { me, work } from './live'
import { nameOf } from './who'

export interface MissedCall {
  callId: string
  at: string
  name: string
  number: string | null
  queue: string
}

const STORED = 'callroom.missed'
const MOST = 20

export const missed = ref<MissedCall[]>([])

function startOfDay(): number {
  return new Date(serverNow()).setHours(0, 0, 0, 0)
}

function read(): MissedCall[] {
  try {
    const stored = JSON.parse(sessionStorage.getItem(STORED) ?? '[]') as MissedCall[]
    return stored.filter((call) => Date.parse(call.at) >= startOfDay())
  } catch {
    return []
  }
}

export function startMissed(): () => void {
  missed.value = read()
  return watch([me, work], ([agent], [before, workBefore]) => {
    if (before?.state !== 'ringing' || agent?.state !== 'not_ready' || agent.reason !== 'missed_call' || !workBefore) return
    const call: MissedCall = {
      callId: workBefore.callId,
      at: new Date(serverNow()).toISOString(),
      name: nameOf(workBefore),
      number: workBefore.call?.caller.number ?? null,
      queue: workBefore.call?.queue_name ?? '',
    }
    missed.value = [call, ...missed.value.filter((other) => other.callId !== call.callId)].slice(0, MOST)
    sessionStorage.setItem(STORED, JSON.stringify(missed.value))
  })
}
