// The people and queues for filters and selects, read once per visit of a page.
import { computed, shallowRef, type ComputedRef, type ShallowRef } from 'vue'
import { type Directory, type DirectoryUser, readDirectory } from '@/api/directory'
import { complain } from './problems'

export interface UseDirectory {
  directory: ShallowRef<Directory>
  activeUsers: ComputedRef<DirectoryUser[]>
}

export function useDirectory(): UseDirectory {
  const directory = shallowRef<Directory>({ users: [], queues: [] })
  readDirectory().then((answer) => (directory.value = answer), complain)
  return { directory, activeUsers: computed(() => directory.value.users.filter((user) => user.active)) }
}
