// The controls of the present call: there while the agent leads it with this page's telephone.
import { computed, ref } from 'vue'
import { isLive, me, work } from './live'
import { mayControl } from './people'
import { direct, phone } from './phone'

export const isInControl = computed(
  () => isLive.value && direct.value === null && phone.value.call?.phase === 'up' && mayControl(work.value?.call ?? null, me.value),
)
/** The menu of states is to be opened: now, or for after this call. */
export const isChoosingState = ref(false)
/** The list of people to transfer to is open. */
export const isPassingOn = ref(false)
/** The keys for menus at the other side are shown. */
export const isKeypadOpen = ref(false)
/** The pad to call somebody is open. */
export const isDialingOut = ref(false)
