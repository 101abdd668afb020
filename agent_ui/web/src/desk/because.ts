// Why a button at the seat cannot be pressed at this moment, in words; '' while it can.
import { computed, type ComputedRef } from 'vue'
import { i18n } from '@/i18n'
import { isLive, me } from './live'
import { hasPhone, phone } from './phone'
import { talksElsewhere } from './ownPhone'
import { whyNotAnswer, whyNotReady, whyNotSound, whyNotTell, type Hindrance, type Seat } from './why'

const seat = computed<Seat>(() => ({
  isLive: isLive.value,
  hasPhone: hasPhone.value,
  // One that is kept up is called when its agent becomes ready.
  isReachable: me.value?.phone_reachable || me.value?.persistent || false,
  hasLeg: phone.value.call?.phase === 'ringing',
  isElsewhere: talksElsewhere(me.value),
  isRefused: Boolean(me.value?.phone_refusal),
}))

/** Why the dial rules do not let the own telephone be called; "" if they do. */
export const refusalInWords = computed(() => (me.value?.phone_refusal ? i18n.global.t(`fieldErrors.${me.value.phone_refusal}`) : ''))

function inWords(why: (seat: Seat) => Hindrance | null): ComputedRef<string> {
  return computed(() => {
    const hindrance = why(seat.value)
    return hindrance ? i18n.global.t(`why.${hindrance}`, { reason: refusalInWords.value }) : ''
  })
}

export const notReadyBecause = inWords(whyNotReady)
export const noAnswerBecause = inWords(whyNotAnswer)
export const cannotTellBecause = inWords(whyNotTell)
export const noSoundBecause = inWords(whyNotSound)
