// From where on a queue or an agent is to be watched, and what is beyond it now: decided apart from the page.
import type { AgentState, AgentView, FiguresView, QueueView, ThresholdsView, QueueThresholds } from '@/cti/views'
import { atLeast, below, type Level } from '@/wallboard/levels'
import { agents, queues, type FloorState } from '@/cti/store'
import { lineOf } from './line'

export function thresholdsView(floor: FloorState): ThresholdsView | null {
  return (floor.objects.thresholds as ThresholdsView | undefined) ?? null
}

export function figuresView(floor: FloorState): FiguresView | null {
  return (floor.objects.figures as FiguresView | undefined) ?? null
}

/** What was set for the queue; null when nothing was, and the usual colours hold. */
export function ownThresholds(floor: FloorState, queueId: number): QueueThresholds | null {
  return thresholdsView(floor)?.queues[String(queueId)] ?? null
}

export interface QueueLevels {
  waiting: Level
  longest: Level
  service: Level
  abandon: Level
}

function seconds(since: string | null, now_ms: number): number | null {
  return since === null ? null : (now_ms - Date.parse(since)) / 1000
}

export function queueLevels(floor: FloorState, queue: QueueView, now_ms: number): QueueLevels {
  const view = thresholdsView(floor)
  const figures = figuresView(floor)?.queues[String(queue.queue_id)] ?? null
  const by = ownThresholds(floor, queue.queue_id) ?? view?.usual
  if (!by) return { waiting: 'none', longest: 'none', service: 'none', abandon: 'none' }
  const line = lineOf(floor, queue.queue_id)
  return {
    waiting: below(line.count, by.waiting_watch, by.waiting_alarm),
    longest: below(seconds(line.since, now_ms), by.wait_watch_s, by.wait_alarm_s),
    service: atLeast(figures?.service_level_ratio ?? null, by.service_level_watch, by.service_level_alarm),
    abandon: below(figures?.abandon_ratio ?? null, by.abandon_watch, by.abandon_alarm),
  }
}

/** For how long the agent may be in this state: the strictest of their queues; null without a limit. */
export function stateLimit_s(floor: FloorState, agent: AgentView, state: AgentState = agent.state): number | null {
  const limits = agent.queue_ids.map((id) => ownThresholds(floor, id)?.states[state]).filter((limit) => limit !== undefined)
  return limits.length ? Math.min(...limits) : null
}

export function isTooLong(floor: FloorState, agent: AgentView, now_ms: number): boolean {
  const limit_s = stateLimit_s(floor, agent)
  return limit_s !== null && (seconds(agent.since, now_ms) ?? 0) >= limit_s
}

/** Something that somebody should look at; `key` is the same as long as it lasts. */
export interface Alarm {
  key: string
  words: 'waiting' | 'longest' | 'service' | 'abandon' | 'state' | 'help'
  name: string
  state?: AgentState
}

/** Of thresholds only those that somebody set: what nobody chose makes no noise. Who asks for help is heard always. */
export function alarmsOf(floor: FloorState, now_ms: number): Alarm[] {
  const found: Alarm[] = []
  for (const queue of queues(floor)) {
    if (!ownThresholds(floor, queue.queue_id)) continue
    const levels = queueLevels(floor, queue, now_ms)
    for (const words of ['waiting', 'longest', 'service', 'abandon'] as const) {
      if (levels[words] === 'alarm') found.push({ key: `${words}:${queue.queue_id}`, words, name: queue.name })
    }
  }
  for (const agent of agents(floor)) {
    if (agent.help?.state === 'asked' && agent.agent_id !== floor.me) found.push({ key: `help:${agent.agent_id}:${agent.help.asked_at}`, words: 'help', name: agent.name })
    if (agent.state !== 'signed_out' && isTooLong(floor, agent, now_ms)) {
      found.push({ key: `state:${agent.agent_id}:${agent.state}:${agent.since}`, words: 'state', name: agent.name, state: agent.state })
    }
  }
  return found
}
