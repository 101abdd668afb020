// Waiting lines and their settings.
import { api } from './client'
import type { Page } from './page'

export type OverflowAction = 'voicemail' | 'message' | 'queue' | 'hang_up'

export interface Overflow {
  action: OverflowAction
  prompt: string | null
  queue_id: number | null
}

export type Strategy = 'longest_idle' | 'fewest_calls' | 'round_robin'

export interface SkillRule {
  /** "language" stands for the one that the caller chose. */
  skill: string
  /** The last step has no end. */
  steps: { level: number; until_s: number | null }[]
}

export const CAUSES = ['time', 'depth', 'expected_wait', 'no_staff'] as const
export type Cause = (typeof CAUSES)[number]

/** Taken by who has waited so long, when its cause is there. */
export interface Rung {
  after_s: number
  raise_by: number
  /** Its agents are asked, too. */
  also_queue_id: number | null
  cause: Cause
  /** `depth`: so many wait, and one more. */
  more_than: number
  /** `expected_wait`: of the last in line. */
  expected_s: number
}

/** How a queue finds its agents; the defaults are those of cti.domain.values.Routing. */
export interface Routing {
  strategy: Strategy
  weight: number
  skills: SkillRule[]
  preferred_s: number
  reserve_after_s: number
  level_priorities: Record<string, number>
  most_waiting: number
  most_expected_s: number
  needs_staff: boolean
  /** Climbed while a caller waits. */
  ladder: Rung[]
  /** Who waits behind this place, or has longer ahead, gets the overflow, too; 0: no limit. */
  overflow_beyond: number
  overflow_expected_s: number
  /** Only when it has been so for so long without a break. */
  overflow_held_s: number
}

/** What who waits is told; the defaults are those of cti.domain.values.Announcements. */
export interface Announcements {
  first_after_s: number
  /** 0: no place is told. */
  position_up_to: number
  /** 0: no expected wait is told; beyond it callers hear that it is more. */
  expected_up_to_min: number
  /** Prompts, in turn. */
  comfort: string[]
  comfort_every_s: number
}

/** Whether who waits may be called back instead; the defaults are those of cti.domain.callback_values.CallbackRules. */
export interface CallbackRules {
  offered: boolean
  after_s: number
  /** 0: however long the expected wait is. */
  above_expected_s: number
  /** One of the two is enough. */
  either: boolean
  key: string
  may_change_number: boolean
  agent_first: boolean
  attempts: number
  retry_s: number
  expires_s: number
}

/** Who is mailed when a caller left a message; the defaults are those of crm_core.domain.voicemail_rules. */
export interface VoicemailMail {
  addresses: string[]
  language: 'zh' | 'en'
  /** The recording comes along. */
  attach: boolean
  /** The caller's number is not masked. */
  whole_number: boolean
}

export interface QueueBody {
  /** The one that was read; absent for a new queue. */
  version?: number
  name: string
  ring_timeout_s: number
  wrap_up_s: number
  max_wait_s: number
  overflow: Overflow
  announce_every_s: number
  announcements: Announcements
  callbacks: CallbackRules
  music_class: string
  record: boolean
  /** Where not every talk is recorded: its agents may begin a recording. */
  record_on_demand: boolean
  service_level_s: number
  /** What callers are told before a recording; null: nothing. */
  consent_prompt: string | null
  consent_refusable: boolean
  /** Who is still there after the talk is asked how it was. */
  survey: boolean
  /** A caller whom nobody took becomes a task, due `missed_due_s` later. */
  missed_tasks: boolean
  missed_due_s: number
  voicemail_mail: VoicemailMail
  /** Business hours; null: always open. */
  calendar_id: number | null
  /** What callers get outside of them. */
  closed: Overflow
  routing: Routing
}

export interface Queue extends QueueBody {
  id: number
  agent_ids: number[]
}

export async function listQueues(signal?: AbortSignal): Promise<Queue[]> {
  return (await api.get<Page<Queue>>('/queues', { signal })).items
}

export function createQueue(body: QueueBody): Promise<Queue> {
  return api.post<Queue>('/queues', body)
}

export function changeQueue(id: number, body: QueueBody): Promise<Queue> {
  return api.patch<Queue>(`/queues/${id}`, body)
}

export function deleteQueue(id: number): Promise<void> {
  return api.delete(`/queues/${id}`)
}
