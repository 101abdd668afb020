// The softphone as Vue sees it: starts it in the active tab, plays the caller, rings, watches the microphone.
import { computed, ref, shallowRef, watch } from 'vue'
import { api } from '@/api/client'
import { makeJsSipAgent, type Credentials } from '@/phone/agent'
import { Alerts } from '@/phone/alerts'
import { MicrophoneError, openMicrophone, openSilence, watchPermission, type MicrophoneState } from '@/phone/microphone'
import { Ringtone } from '@/phone/ringtone'
import { OFF, Softphone, type PhoneState } from '@/phone/softphone'
import { ActiveTab, type Locks, type TabRole } from '@/phone/tab'
import { serverNow } from './clock'
import { chosen, listDevices } from './devices'
import { claim, floor, isLive, isReplaced, link, work } from './live'
import { directCall, isLegOver, phoneOfSeat, shouldRing } from './work'

const ownPhone = shallowRef<PhoneState>(OFF)
export const phone = computed(() => phoneOfSeat(ownPhone.value, floor.value))
export const remoteStream = shallowRef<MediaStream | null>(null)
export const microphone = ref<MicrophoneState>('unknown')
export const tabRole = ref<TabRole>('asking')
export const credentialsError = shallowRef<unknown>(null)
/** This tab has the telephone; buttons that need it work only here. */
export const hasPhone = computed(() => tabRole.value === 'active' && !isReplaced.value)
/** Callroom is away, the telephone is not. */
export const isAway = computed(() => hasPhone.value && link.value.state === 'reconnecting' && phone.value.link === 'registered')
export const direct = computed(() => directCall(work.value, isLive.value, phone.value))
export const isRinging = computed(() => hasPhone.value && shouldRing(floor.value, isLive.value, phone.value))

const LEG_GRACE_MS = 2000
const RETRY_MS = 5000

export const softphone = new Softphone({
  makeAgent: makeJsSipAgent,
  openMicrophone: () => openMicrophone(chosen.input),
  openSilence,
  mayAnswerByItself: () => microphone.value === 'granted',
  now: serverNow,
  onState: (state) => (ownPhone.value = state),
  onRemoteStream: (stream) => (remoteStream.value = stream),
})
export const ringtone = new Ringtone()
export const alerts = new Alerts()

let stopWatching: (() => void)[] = []
let retry: ReturnType<typeof setTimeout> | null = null
// Without a secure context there are no locks, and no microphone either.
const locks: Locks = navigator.locks ?? { request: async (_name, _options, hold) => hold({}) }
const tab = new ActiveTab(locks, tabChanged)

function tabChanged(role: TabRole): void {
  tabRole.value = role
  if (role === 'active') {
    isReplaced.value = false
    claim()
    void register()
  } else halt()
}

/** Called when the push link is (again) open. */
export function claimIfActive(): void {
  if (hasPhone.value) claim()
}

export function takeOver(): void {
  if (tabRole.value === 'active') tabChanged('active')
  else tab.takeOver()
}

async function register(): Promise<void> {
  if (retry) clearTimeout(retry)
  retry = null
  try {
    const credentials = await api.get<Credentials>('/softphone')
    if (!hasPhone.value) return
    credentialsError.value = null
    await softphone.start(credentials)
  } catch (error) {
    credentialsError.value = error
    retry = setTimeout(() => void register(), RETRY_MS)
  }
}

function halt(): void {
  if (retry) clearTimeout(retry)
  retry = null
  softphone.stop()
}

/** Opens the microphone once so that the browser asks, and lets it go again. */
export async function allowMicrophone(): Promise<void> {
  try {
    const stream = await openMicrophone(chosen.input)
    for (const track of stream.getTracks()) track.stop()
    microphone.value = 'granted'
    await listDevices()
  } catch (error) {
    microphone.value = error instanceof MicrophoneError ? error.state : 'busy'
  }
}

function pageLeaves(): void {
  softphone.stop()
}

function pageReturns(event: PageTransitionEvent): void {
  if (event.persisted) location.reload()
}

function askBeforeLeaving(event: BeforeUnloadEvent): void {
  if (phone.value.call?.phase === 'up') event.preventDefault()
}

function unlockSound(): void {
  ringtone.unlock()
}

export function startPhone(): void {
  void watchPermission((state) => {
    microphone.value = state
    if (state === 'granted') void listDevices()
  })
  navigator.mediaDevices?.addEventListener('devicechange', () => void listDevices())
  window.addEventListener('pagehide', pageLeaves)
  window.addEventListener('pageshow', pageReturns)
  window.addEventListener('beforeunload', askBeforeLeaving)
  window.addEventListener('pointerdown', unlockSound)
  window.addEventListener('keydown', unlockSound)
  stopWatching = [
    watch(isReplaced, (replaced) => replaced && halt()),
    watch(isRinging, (rings) => (rings ? ringtone.start() : ringtone.stop())),
    watch(() => phone.value.call?.connects === true && phone.value.call.phase === 'answering', (takes) => takes && ringtone.beep()),
    watch([floor, phone, link], endLostLegs),
    watch(() => phone.value.call === null, unmuteForNext),
    watch(() => chosen.ringer, (id) => void ringtone.useDevice(id)),
    watch(() => chosen.input, () => void softphone.changeMicrophone().catch(() => undefined)),
  ]
  void tab.start()
}

export function stopPhone(): void {
  window.removeEventListener('pagehide', pageLeaves)
  window.removeEventListener('pageshow', pageReturns)
  window.removeEventListener('beforeunload', askBeforeLeaving)
  window.removeEventListener('pointerdown', unlockSound)
  window.removeEventListener('keydown', unlockSound)
  for (const stop of stopWatching) stop()
  stopWatching = []
  ringtone.stop()
  alerts.clear()
  tab.stop()
  tabRole.value = 'asking'
  halt()
}

/** On a leg that is kept up, nobody begins the next call unheard. */
function unmuteForNext(isOver: boolean): void {
  if (isOver && ownPhone.value.call?.persistent && ownPhone.value.call.muted) softphone.mute(false)
}

let legTimer: ReturnType<typeof setTimeout> | null = null

function endLostLegs(): void {
  const isOver = isLegOver(floor.value, isLive.value, phone.value)
  if (isOver && !legTimer) {
    legTimer = setTimeout(() => {
      legTimer = null
      if (isLegOver(floor.value, isLive.value, phone.value)) softphone.drop('page')
    }, LEG_GRACE_MS)
  } else if (!isOver && legTimer) {
    clearTimeout(legTimer)
    legTimer = null
  }
}
