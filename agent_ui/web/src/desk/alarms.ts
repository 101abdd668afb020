// Tells a supervisor, whatever page is open, that a threshold is crossed: a list, a sound and a desktop notification.
import { ref, shallowRef, watch } from 'vue'
import { i18n } from '@/i18n'
import { Chime } from '@/phone/chime'
import { may } from '@/session'
import { now } from './clock'
import { floor, hasSnapshot, isLive } from './live'
import { alarmsOf, type Alarm } from './thresholds'

const STORED = 'callroom.alarms-muted'
export const alarms = shallowRef<Alarm[]>([])
export const isMuted = ref(localStorage.getItem(STORED) === '1')
const chime = new Chime()

export function setMuted(muted: boolean): void {
  isMuted.value = muted
  localStorage.setItem(STORED, muted ? '1' : '0')
  // a click is what browsers want before a page may sound, or ask
  if (!muted) {
    chime.unlock()
    if ('Notification' in window && Notification.permission === 'default') void Notification.requestPermission()
  }
}

export function alarmText(alarm: Alarm): string {
  const { t } = i18n.global
  return t(`floor.alarms.${alarm.words}`, { name: alarm.name, state: alarm.state ? t(`state.${alarm.state}`) : '' })
}

/** What was not there before makes itself heard; what lasts does not do so again. */
function look(): void {
  if (!isLive.value || !hasSnapshot.value) return
  const before = new Set(alarms.value.map((one) => one.key))
  const found = alarmsOf(floor.value, now.value)
  const fresh = found.filter((one) => !before.has(one.key))
  if (fresh.length || found.length !== alarms.value.length) alarms.value = found
  if (fresh.length && !isMuted.value) announce(fresh)
}

function announce(fresh: Alarm[]): void {
  chime.play()
  if (document.hasFocus() || !('Notification' in window) || Notification.permission !== 'granted') return
  try {
    new Notification(i18n.global.t('floor.alarms.title'), { body: fresh.map(alarmText).join('\n'), tag: 'callroom-alarm' })
  } catch {
    // some systems allow notifications only from a service worker; the list and the sound are there all the same
  }
}

export function startAlarms(): () => void {
  if (!may('floor.see')) return () => undefined
  const unlock = (): void => chime.unlock()
  window.addEventListener('pointerdown', unlock, { once: true })
  const stop = watch([floor, now], look)
  return () => {
    stop()
    window.removeEventListener('pointerdown', unlock)
    alarms.value = []
  }
}
