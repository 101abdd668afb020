// Which queues an agent serves and what they can, as a supervisor changes it on the floor.
import { api } from './client'

export interface Assignment {
  queue_ids: number[]
  /** Those of them in which the agent only helps out. */
  reserve_queue_ids: number[]
  skills: Record<string, number>
  version: number
}

const path = (agentId: number): string => `/agents/${agentId}/assignment`

export function readAssignment(agentId: number): Promise<Assignment & { known_skills: string[] }> {
  return api.get(path(agentId))
}

export function saveAssignment(agentId: number, { queue_ids, reserve_queue_ids, skills, version }: Assignment): Promise<Assignment> {
  return api.put(path(agentId), { queue_ids, reserve_queue_ids: reserve_queue_ids.filter((id) => queue_ids.includes(id)), skills, version })
}
