// A flow being edited: every change gives a new flow, so that "unsaved" is a comparison.

import { DAYS } from './calendar'
import type { JsonValue } from './json'
import { type FieldSpec, fieldsOf, type StepType } from './spec'

export interface Step {
  type: string
  [field: string]: JsonValue
}

export interface Flow {
  start: string
  nodes: Record<string, Step>
}

/** One arrow: `key` is the digit of a menu option, "" for other fields. */
export interface Arrow {
  from: string
  field: string
  key: string
  to: string
}

/** `field` is what follows "nodes.<id>." in an answer of the server; step "" is the flow itself. */
export interface Problem {
  step: string
  field: string
  code: string
  message: string
  named?: string
}

export function isFlow(value: JsonValue): value is { start: string; nodes: Record<string, Step> } {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return false
  const { start, nodes } = value
  if (typeof start !== 'string' || nodes === null || typeof nodes !== 'object' || Array.isArray(nodes)) return false
  return Object.values(nodes).every(
    (step) => step !== null && typeof step === 'object' && !Array.isArray(step) && typeof step.type === 'string',
  )
}

export function optionsOf(step: Step, field = 'options'): Record<string, string> {
  const value = step[field]
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return {}
  return Object.fromEntries(Object.entries(value).filter((pair): pair is [string, string] => typeof pair[1] === 'string'))
}

export function arrowsOf(id: string, step: Step): Arrow[] {
  const arrows: Arrow[] = []
  for (const { name, kind } of fieldsOf(step.type)) {
    const value = step[name]
    if (kind === 'step' && typeof value === 'string' && value !== '')
      arrows.push({ from: id, field: name, key: '', to: value })
    if (kind === 'options')
      for (const [key, to] of Object.entries(optionsOf(step, name)))
        if (to !== '') arrows.push({ from: id, field: name, key, to })
  }
  return arrows
}

export function allArrows(flow: Flow): Arrow[] {
  return Object.entries(flow.nodes).flatMap(([id, step]) => arrowsOf(id, step))
}

/** Steps in the order a caller can come to them, then those that no caller reaches. */
export function inOrder(flow: Flow): { reached: string[]; unreached: string[] } {
  const reached: string[] = []
  const seen = new Set<string>()
  const waiting = [flow.start]
  for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) {
    const step = Object.hasOwn(flow.nodes, id) ? flow.nodes[id] : undefined
    if (step === undefined || seen.has(id)) continue
    seen.add(id)
    reached.push(id)
    waiting.push(...arrowsOf(id, step).map((arrow) => arrow.to))
  }
  return { reached, unreached: Object.keys(flow.nodes).filter((id) => !seen.has(id)) }
}

function freshField({ kind, fallback }: FieldSpec): JsonValue {
  if (kind === 'options') return {}
  if (kind === 'week') return Object.fromEntries(DAYS.slice(0, 5).map((day) => [day, ['09:00-18:00']]))
  if (kind === 'queue') return null
  return fallback ?? ''
}

/** Only what must be filled in: the rest keeps the server's defaults. */
export function newStep(type: StepType): Step {
  const step: Step = { type }
  for (const spec of fieldsOf(type)) if (spec.required) step[spec.name] = freshField(spec)
  return step
}

export function freeId(flow: Flow, type: string): string {
  if (!Object.hasOwn(flow.nodes, type)) return type
  let number = 2
  while (Object.hasOwn(flow.nodes, `${type}_${number}`)) number += 1
  return `${type}_${number}`
}

export function withStep(flow: Flow, id: string, step: Step): Flow {
  return { ...flow, nodes: { ...flow.nodes, [id]: step } }
}

export function isEmpty(value: JsonValue | undefined): boolean {
  if (value === undefined || value === null || value === '') return true
  return typeof value === 'object' && Object.keys(value).length === 0
}

/** An optional field left empty is left out, as the server wants it. */
export function withField(flow: Flow, id: string, spec: FieldSpec, value: JsonValue): Flow {
  const { [spec.name]: _old, ...rest } = flow.nodes[id]!
  const gone = !spec.required && isEmpty(value)
  return withStep(flow, id, (gone ? rest : { ...flow.nodes[id]!, [spec.name]: value }) as Step)
}

/** A name that people gave a step, in their own language; the id stays what other steps refer to. */
export function labelOf(flow: Flow, id: string): string {
  const label = flow.nodes[id]?.label
  return typeof label === 'string' && label !== '' ? label : id
}

function retarget(step: Step, from: string, to: string): Step {
  const changed: Step = { ...step }
  for (const { field, key, to: target } of arrowsOf('', step)) {
    if (target !== from) continue
    if (key === '') changed[field] = to
    else changed[field] = { ...(changed[field] as Record<string, JsonValue>), [key]: to }
  }
  return changed
}

/** Steps that lead to it follow the new name. */
export function renamed(flow: Flow, from: string, to: string): Flow {
  const nodes = Object.entries(flow.nodes).map(([id, step]) => [id === from ? to : id, retarget(step, from, to)])
  return { start: flow.start === from ? to : flow.start, nodes: Object.fromEntries(nodes) as Flow['nodes'] }
}

/** What led to it leads nowhere then, which `problems` says. */
export function without(flow: Flow, id: string): Flow {
  const nodes = Object.entries(flow.nodes).filter(([other]) => other !== id)
  return {
    start: flow.start === id ? '' : flow.start,
    nodes: Object.fromEntries(nodes.map(([other, step]) => [other, retarget(step, id, '')])),
  }
}
