// Messages of callers that nobody has heard yet, as push tells it.
import { computed } from 'vue'
import type { PostboxView } from '@/cti/views'
import { session } from '@/session'
import { floor } from './live'

const MOST = 100

/** For the navigation; "" for none, "99+" when it was not counted to the end. */
export const unheard = computed(() => {
  const view = session.user ? (floor.value.objects[`voicemails:${session.user.id}`] as PostboxView | undefined) : undefined
  const count = view?.unheard ?? 0
  if (count >= MOST) return `${MOST - 1}+`
  return count === 0 ? '' : String(count)
})
