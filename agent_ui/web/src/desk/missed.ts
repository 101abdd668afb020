// Calls that rang here in vain today: those of the log, and at once those that this tab has seen.
import { ref, watch } from 'vue'
import { api } from '@/api/client'
import type { Page } from '@/api/page'
import { session } from '@/session'
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

// of one person: the next one at this computer may not know who called
const stored = (): string => `callroom.missed.${session.user?.id}`
const MOST = 20

export const missed = ref<MissedCall[]>([])

function startOfDay(): number {
  return new Date(serverNow()).setHours(0, 0, 0, 0)
}

function read(): MissedCall[] {
  try {
    const kept = JSON.parse(sessionStorage.getItem(stored()) ?? '[]') as MissedCall[]
    return kept.filter((call) => Date.parse(call.at) >= startOfDay())
  } catch {
    return []
  }
}

/** Each once, the newest first; what is of the log has the better words. */
export function joined(logged: MissedCall[], seen: MissedCall[]): MissedCall[] {
  const fresh = seen.filter((call) => !logged.some((other) => other.callId === call.callId))
  return [...logged, ...fresh].sort((a, b) => b.at.localeCompare(a.at)).slice(0, MOST)
}

interface LoggedCall extends Omit<MissedCall, 'callId'> {
  call_id: string
}

async function load(signal: AbortSignal): Promise<void> {
  const from = new Date(startOfDay()).toISOString()
  const { items } = await api.get<Page<LoggedCall>>('/agent/missed', { query: { from }, signal })
  if (signal.aborted) return // somebody else may be signed in by now
  missed.value = joined(items.map(({ call_id, ...call }) => ({ ...call, callId: call_id })), missed.value)
}

export function startMissed(): () => void {
  const own = new AbortController()
  missed.value = read()
  // without an answer the list has what this tab has seen; the next page asks again
  load(own.signal).catch(() => undefined)
  const stop = watch([me, work], ([agent], [before, workBefore]) => {
    if (before?.state !== 'ringing' || agent?.state !== 'not_ready' || agent.reason !== 'missed_call' || !workBefore) return
    const call: MissedCall = {
      callId: workBefore.callId,
      at: new Date(serverNow()).toISOString(),
      name: nameOf(workBefore),
      number: workBefore.call?.caller.number ?? null,
      queue: workBefore.call?.queue_name ?? '',
    }
    missed.value = [call, ...missed.value.filter((other) => other.callId !== call.callId)].slice(0, MOST)
    sessionStorage.setItem(stored(), JSON.stringify(missed.value))
  })
  return () => {
    stop()
    own.abort()
  }
}
