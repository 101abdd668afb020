// Calling somebody outside: the own telephone first, then the number; how it goes on comes by push.
import { computed, type ComputedRef } from 'vue'
import { useRouter } from 'vue-router'
import { dialOut, type DialTarget } from '@/api/controls'
import { isLive, me } from '@/desk/live'
import { allowMicrophone, hasPhone, microphone } from '@/desk/phone'
import { refusalInWords } from '@/desk/because'
import { talksElsewhere } from '@/desk/ownPhone'
import { sendOverruling } from '@/desk/overruling'
import { act, pending } from '@/desk/seat'
import { whyNotDial } from '@/desk/why'
import { i18n } from '@/i18n'
import { MicrophoneError } from '@/phone/microphone'

export interface DialOptions {
  customerId?: number | null
  taskId?: number | null
  /** What the number stands on ("point:7"), for those who may not see it whole. */
  point?: string | null
}

/** Why nobody can be called at this moment, in words; '' while it can. */
export const cannotDialBecause = computed(() => {
  const hindrance = whyNotDial({ isLive: isLive.value, hasPhone: hasPhone.value, isReachable: me.value?.phone_reachable ?? false, hasLeg: false, isElsewhere: talksElsewhere(me.value), isRefused: Boolean(me.value?.phone_refusal) }, me.value)
  return hindrance ? i18n.global.t(hindrance === 'disposition' ? 'seat.needDisposition' : hindrance === 'signedOut' ? 'call.outText' : `why.${hindrance}`, { reason: refusalInWords.value }) : ''
})

export interface Dialing {
  dial: (number: string | null, options?: DialOptions) => Promise<string | null>
  because: ComputedRef<string>
  isDialing: ComputedRef<boolean>
}

/** `dial` gives the call's id; null when it was refused, which is said by then. */
export function useDial(): Dialing {
  const router = useRouter()
  async function dial(number: string | null, { customerId, taskId, point }: DialOptions = {}): Promise<string | null> {
    let callId: string | null = null
    const target: DialTarget = { ...(point ? { ref: point } : { number: number ?? '' }), ...(customerId ? { customer_id: customerId } : {}), ...(taskId ? { task_id: taskId } : {}) }
    await act('dial', async () => {
      await needMicrophone()
      await sendOverruling(async (more) => {
        callId = await dialOut({ ...target, ...more })
      })
    })
    if (callId) await router.push({ name: 'workspace' })
    return callId
  }
  return { dial, because: cannotDialBecause, isDialing: computed(() => pending.has('dial')) }
}

/** The page answers its own leg by itself, and for that the browser has to have been asked; another telephone needs none. */
export async function needMicrophone(): Promise<void> {
  if (talksElsewhere(me.value)) return
  if (microphone.value !== 'granted') await allowMicrophone()
  if (microphone.value !== 'granted') throw new MicrophoneError(microphone.value)
}
