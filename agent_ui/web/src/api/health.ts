// How every part of the installation is.
import { api } from './client'

export type Level = 'ok' | 'warn' | 'fail'

export interface Finding {
  level: Level
  code: string
  values: Record<string, string>
  message: string
  cure: string
}

export interface HealthDetail {
  status: string
  version: string
  database: string
  writes_waiting: number
  /** How what happens in calls comes into the tables. */
  diary: 'writing' | 'behind' | 'failed'
  listeners: Record<string, number>
  browsers: number
  nodes: Record<string, boolean>
  problems: Record<string, string>
  findings: Finding[]
  audit_head: string | null
}

export function readHealth(signal?: AbortSignal): Promise<HealthDetail> {
  return api.get<HealthDetail>('/health/detail', { signal })
}
