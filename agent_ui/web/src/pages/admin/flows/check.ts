// The mistakes that can be told while typing; the server has the last word when the flow is saved.

import { type Flow, inOrder, isEmpty, optionsOf, type Problem, type Step } from './flow'
import { counts, type FieldSpec, fieldsOf } from './spec'

const STEP_ID = /^[a-z0-9][a-z0-9_-]{0,39}$/

export function isStepId(text: string): boolean {
  return STEP_ID.test(text)
}

export function problemsOf(flow: Flow): Problem[] {
  const found: Problem[] = []
  if (!Object.hasOwn(flow.nodes, flow.start)) found.push(problem('', 'start', 'unknown_node'))
  for (const [id, step] of Object.entries(flow.nodes)) found.push(...stepProblems(flow, id, step))
  for (const id of inOrder(flow).unreached) found.push(problem(id, '', 'unreachable'))
  return found
}

function problem(step: string, field: string, code: string): Problem {
  return { step, field, code, message: '' }
}

function stepProblems(flow: Flow, id: string, step: Step): Problem[] {
  const fields = fieldsOf(step.type)
  if (fields.length === 0) return [problem(id, 'type', 'unknown_type')]
  return fields.filter((spec) => counts(spec, step)).flatMap((spec) => fieldProblems(flow, id, step, spec))
}

function fieldProblems(flow: Flow, id: string, step: Step, spec: FieldSpec): Problem[] {
  const value = step[spec.name]
  if (spec.kind === 'options') return optionProblems(flow, id, step, spec.name)
  if (isEmpty(value))
    return spec.required ? [problem(id, spec.name, 'missing')] : []
  if (spec.kind === 'step' && !Object.hasOwn(flow.nodes, String(value)))
    return [problem(id, spec.name, 'unknown_node')]
  if (typeof value === 'number' && (value < (spec.min ?? value) || value > (spec.max ?? value)))
    return [problem(id, spec.name, 'out_of_range')]
  return []
}

function optionProblems(flow: Flow, id: string, step: Step, field: string): Problem[] {
  const options = Object.entries(optionsOf(step, field))
  if (options.length === 0) return [problem(id, field, 'no_options')]
  return options
    .filter(([, to]) => !Object.hasOwn(flow.nodes, to))
    .map(([key, to]) => problem(id, `${field}.${key}`, to === '' ? 'missing' : 'unknown_node'))
}

/** Problems as the server names them: "nodes.<id>.<field>", ids holding no dot. */
export function fromServer(fields: { path: string; code: string; message: string; named?: string }[]): Problem[] {
  return fields.map(({ path, ...said }) => {
    const inner = path.replace(/^body\./, '')
    const hit = /^nodes\.([^.]+)(?:\.(.+))?$/.exec(inner)
    return hit === null
      ? { step: '', field: inner, ...said }
      : { step: hit[1]!, field: hit[2] ?? '', ...said }
  })
}
