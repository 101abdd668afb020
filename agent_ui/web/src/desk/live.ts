// The push connection as Vue sees it: the floor's copy and the state of the link.
import { computed, ref, shallowRef } from 'vue'
import { CtiSocket, browserSurroundings, type Link } from '@/cti/socket'
import { EMPTY, myAgent, reduce, system, type FloorState } from '@/cti/store'
import { onUnreached } from '@/api/client'
import type { ServerMessage } from '@/cti/views'
import { restoreSession, session } from '@/session'
import { hearServerTime, serverNow, setServerTime } from './clock'
import { nextWork, type Work } from './work'

export const floor = shallowRef<FloorState>(EMPTY)
export const link = shallowRef<Link>({ state: 'closed', lostAt: null, attempts: 0 })
export const work = shallowRef<Work | null>(null)
export const isReplaced = ref(false)
/** Too many pages of this session are open, and this one was the oldest. */
export const isCrowded = ref(false)
export const isLive = computed(() => link.value.state === 'live' && floor.value.seq !== null)
export const hasSnapshot = computed(() => floor.value.at !== null)
export const me = computed(() => myAgent(floor.value))
/** Agents always; who leads does while they have taken a seat, as after taking a call over. */
export const worksAsAgent = computed(() => session.user?.role === 'agent' || (me.value !== null && me.value.state !== 'signed_out'))
export const switchboard = computed(() => system(floor.value))

/** Called at every (re)connection. */
let onOpen: () => void = () => undefined
let stopAsking: () => void = () => undefined

const socket = new CtiSocket(browserSurroundings('/cti', serverNow), { onMessage: take, onLink: linkChanged })

function take(message: ServerMessage): void {
  if (message.type === 'replaced') isReplaced.value = true
  else if (message.type === 'signed_out') askSession()
  else if (message.type === 'crowded') {
    isCrowded.value = true
    socket.stop() // to come back by itself would close another page
  } else if (message.type !== 'alive') {
    const { state, resync } = reduce(floor.value, message)
    if (message.type === 'snapshot') setServerTime(message.at)
    else hearServerTime(message.at)
    floor.value = state
    work.value = nextWork(work.value, state)
    if (resync) socket.send({ type: 'resync' })
  }
}

/** Unreachable is no answer: the page stays as it is. */
function askSession(): void {
  void restoreSession().catch(() => undefined)
}

function linkChanged(next: Link): void {
  link.value = next
  if (next.state === 'live') onOpen()
  // A browser does not tell why a handshake failed: ask whether the session is over.
  if (next.attempts === 2) askSession()
}

export function startLive(whenOpen: () => void): void {
  onOpen = whenOpen
  window.addEventListener('online', hurry)
  window.addEventListener('offline', question)
  stopAsking = onUnreached(question)
  socket.start()
}

export function stopLive(): void {
  window.removeEventListener('online', hurry)
  window.removeEventListener('offline', question)
  stopAsking()
  socket.stop()
  floor.value = EMPTY
  work.value = null
  isReplaced.value = isCrowded.value = false
}

export function claim(): void {
  if (session.user) socket.send({ type: 'claim' })
}

function question(): void {
  socket.question()
}

export function hurry(): void {
  socket.hurry()
}

export function useThisPage(): void {
  isCrowded.value = false
  socket.start()
}
