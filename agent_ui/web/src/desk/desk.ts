// Starts and stops everything live for the person who is signed in.
import { watch } from 'vue'
import { api } from '@/api/client'
import { i18n } from '@/i18n'
import { session } from '@/session'
import { startAlarms } from './alarms'
import { startBulletins } from './bulletins'
import { startClock, stopClock } from './clock'
import { startDialed } from './dialed'
import { dropAllDrafts } from './drafts'
import { phoneNumber } from './format'
import { loadDispositions, loadPauseReasons } from './lists'
import { floor, hasSnapshot, isLive, me, startLive, stopLive, work } from './live'
import { startMissed } from './missed'
import { startNotes } from './note'
import { invitationOf } from './people'
import { alerts, claimIfActive, hasPhone, isRinging, phone, startPhone, stopPhone } from './phone'
import { isEndedHere } from './ends'
import { Rejoiner } from './rejoiner'
import { takeSeatUnlessLeft } from './seat'
import { startSupervising } from './supervising'
import { startTaking } from './waiting'
import { startTodo } from './todo'
import { nameOf } from './who'
import { callWithoutLeg } from './work'

let stops: (() => void)[] = []
let stopOfAll: () => void = () => undefined

export function startDesk(): void {
  startClock()
  startLive(claimIfActive)
  stops = [startTodo()]
  const stopAll = [startAlarms(), startBulletins()]
  stopOfAll = () => stopAll.forEach((stop) => stop())
  const isAgent = session.user?.role === 'agent'
  void loadPauseReasons()
  if (!isAgent && !session.user?.extension) return
  void loadDispositions()
  startPhone()
  let hasAsked = false
  stops = [
    ...stops,
    startNotes(),
    startMissed(),
    startDialed(),
    startSupervising(),
    startTaking(),
    watch([isLive, me], () => {
      if (!isLive.value || !hasSnapshot.value || hasAsked || !me.value || !isAgent) return
      hasAsked = true
      void takeSeatUnlessLeft()
    }),
    watch([floor, isLive, phone, hasPhone], lookForLeg),
    () => rejoiner.look(null),
    watch(isRinging, (rings) => (rings ? announce() : alerts.clear())),
  ]
}

const rejoiner = new Rejoiner({
  rejoin: (callId) => api.post(`/calls/${encodeURIComponent(callId)}/rejoin`),
  hangUp: (callId) => api.post(`/calls/${encodeURIComponent(callId)}/hang-up`),
  isEndedHere,
  later: (run, delay_ms) => {
    const timer = setTimeout(run, delay_ms)
    return () => clearTimeout(timer)
  },
})

function lookForLeg(): void {
  rejoiner.look(hasPhone.value ? callWithoutLeg(floor.value, isLive.value, phone.value) : null)
}

export function stopDesk(): void {
  for (const stop of stops) stop()
  stops = []
  stopOfAll()
  dropAllDrafts()
  stopPhone()
  stopLive()
  stopClock()
}

function announce(): void {
  const { t } = i18n.global
  const number = phoneNumber(work.value?.call?.caller.number) || phone.value.call?.from
  const who = nameOf(work.value) || number || t('call.withheld')
  const invitation = invitationOf(work.value?.call ?? null, floor.value.me)
  alerts.show(invitation ? t('control.invited.ringing', { name: invitation.leader }) : t('call.incoming'), [who, work.value?.call?.queue_name].filter(Boolean).join(' · '))
}
