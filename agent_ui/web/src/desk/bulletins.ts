// What supervisors told this person and they have not yet read; kept on the server, so a reload loses nothing.
import { computed, shallowRef, watch } from 'vue'
import { acknowledgeBulletin, readBulletins, type Bulletin } from '@/api/bulletins'
import { session } from '@/session'
import { now } from './clock'
import { floor, isLive } from './live'
import { act } from './seat'

const fetched = shallowRef<Bulletin[]>([])
/** Newer than what was fetched, once there is any. */
const pushed = computed(() => (floor.value.objects[`bulletins:${session.user?.id}`] as { items: Bulletin[] } | undefined)?.items ?? null)
export const bulletins = computed(() => (pushed.value ?? fetched.value).filter((one) => Date.parse(one.expires_at) > now.value))

export async function acknowledge(bulletin: Bulletin): Promise<void> {
  if (await act('bulletin', () => acknowledgeBulletin(bulletin.id))) fetched.value = fetched.value.filter((one) => one.id !== bulletin.id)
}

export function startBulletins(): () => void {
  const stop = watch(isLive, async (live) => {
    // those of before the link was there; without an answer the next reconnect asks again
    if (live) fetched.value = await readBulletins().catch(() => fetched.value)
  }, { immediate: true })
  return () => {
    stop()
    fetched.value = []
  }
}
