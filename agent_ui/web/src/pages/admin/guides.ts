// A script as its editor holds it: steps in a list, each with a name that choices lead to.
import type { Choice, ScriptDocument } from '@/api/guides'

export interface DraftStep {
  name: string
  title: string
  text: string
  choices: Choice[]
}

export function stepsOf(body: ScriptDocument): DraftStep[] {
  const names = [body.start, ...Object.keys(body.steps).filter((name) => name !== body.start)]
  return names.flatMap((name) => {
    const step = body.steps[name]
    return step ? [{ name, title: step.title, text: step.text, choices: step.choices.map((choice) => ({ ...choice })) }] : []
  })
}

/** The first step is where it starts. */
export function documentOf(steps: DraftStep[]): ScriptDocument {
  return {
    start: steps[0]?.name ?? '',
    steps: Object.fromEntries(steps.map(({ name, title, text, choices }) => [name, { title, text, choices }])),
  }
}

export function freshName(steps: DraftStep[]): string {
  let number = steps.length + 1
  while (steps.some((step) => step.name === `step_${number}`)) number += 1
  return `step_${number}`
}

/** Choices that led to a step go with it. */
export function withoutStep(steps: DraftStep[], name: string): DraftStep[] {
  return steps.filter((step) => step.name !== name).map((step) => ({ ...step, choices: step.choices.filter((choice) => choice.to !== name) }))
}

/** A place of the customer's data where the cursor was, else at the end; `after` is where the cursor is then. */
export function withPlace(text: string, place: string, at = text.length): { text: string; after: number } {
  const words = `{{${place}}}`
  return { text: text.slice(0, at) + words + text.slice(at), after: Math.min(at, text.length) + words.length }
}
