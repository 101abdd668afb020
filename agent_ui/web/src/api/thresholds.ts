// From where on the floor warns, for each queue; what is set comes by push.
import type { QueueThresholds } from '@/cti/views'
import { api } from './client'

export function setThresholds(queueId: number, thresholds: QueueThresholds): Promise<unknown> {
  return api.put(`/floor/thresholds/${queueId}`, thresholds)
}

export function clearThresholds(queueId: number): Promise<unknown> {
  return api.delete(`/floor/thresholds/${queueId}`)
}
