// Whether agents see who attends their call.
import { api } from './client'

export interface SupervisionSight {
  agents_see_supervisors: boolean
  /** An administrator said so, and not the file of settings. */
  is_set: boolean
}

export function readSupervisionSight(signal?: AbortSignal): Promise<SupervisionSight> {
  return api.get<SupervisionSight>('/settings/supervision', { signal })
}

export function saveSupervisionSight(agents_see_supervisors: boolean): Promise<SupervisionSight> {
  return api.put<SupervisionSight>('/settings/supervision', { agents_see_supervisors })
}
