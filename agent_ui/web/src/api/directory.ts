// Who and which queues there are, for filters and selects; every signed-in person may read it.
import { api } from './client'

export interface DirectoryUser {
  id: number
  name: string
  extension: string | null
  role: string
  active: boolean
}

export interface DirectoryQueue {
  id: number
  name: string
}

export interface Directory {
  users: DirectoryUser[]
  queues: DirectoryQueue[]
}

export function readDirectory(signal?: AbortSignal): Promise<Directory> {
  return api.get<Directory>('/directory', { signal })
}
