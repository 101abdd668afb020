import { expect, it } from 'vitest'
import { documentOf, freshName, stepsOf, withoutStep, withPlace } from './guides'

const BODY = {
  start: 'b',
  steps: {
    a: { title: 'A', text: 'a', choices: [] },
    b: { title: 'B', text: 'b', choices: [{ label: 'on', to: 'a' }] },
  },
}

it('goes into a list and back, the start first', () => {
  expect(stepsOf(BODY).map((step) => step.name)).toEqual(['b', 'a'])
  expect(documentOf(stepsOf(BODY))).toEqual(BODY)
  expect(documentOf([]).start).toBe('')
  expect(stepsOf({ start: 'gone', steps: {} })).toEqual([])
})

it('gives a new step a name that no other has', () => {
  expect(freshName(stepsOf(BODY))).toBe('step_3')
  expect(freshName([...stepsOf(BODY), { name: 'step_4', title: '', text: '', choices: [] }])).toBe('step_5')
})

it('takes the choices away with the step that they led to', () => {
  expect(withoutStep(stepsOf(BODY), 'a')).toEqual([{ name: 'b', title: 'B', text: 'b', choices: [] }])
})

it('puts a place of the data where the cursor was, and the next one behind it', () => {
  const first = withPlace('Hello , how are you?', 'customer.name', 6)
  expect(first).toEqual({ text: 'Hello {{customer.name}}, how are you?', after: 23 })
  expect(withPlace(first.text, 'company', first.after).text).toBe('Hello {{customer.name}}{{company}}, how are you?')
  expect(withPlace('Hello ', 'customer.name')).toEqual({ text: 'Hello {{customer.name}}', after: 23 })
  expect(withPlace('short', 'x', 99)).toEqual({ text: 'short{{x}}', after: 10 })
})
