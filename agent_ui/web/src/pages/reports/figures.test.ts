import { expect, test } from 'vitest'
import { AXES, OF_PEOPLE } from '@/api/reports'
import en from '@/i18n/en/pages'
import { asShown, firstChoices } from './choices'
import { figuresOf, HEAT_FIGURES, inOrder } from './figures'

const words = en.reports

test('every figure has a name and says what it is', () => {
  for (const axis of AXES) {
    for (const { name } of figuresOf(axis, true)) {
      expect(words.figures[name as keyof typeof words.figures], name).toBeTruthy()
      const meaning = (OF_PEOPLE.includes(axis) ? words.ofAgents : {}) as Record<string, string>
      expect(meaning[name] ?? words.meanings[name as keyof typeof words.meanings], `${axis}: ${name}`).toBeTruthy()
    }
  }
  for (const name of HEAT_FIGURES) expect(figuresOf('heat', true).map((figure) => figure.name)).toContain(name)
})

test('calls in no queue are in reports of all queues alone', () => {
  expect(figuresOf('day', true).map(({ name }) => name)).toContain('arrived')
  expect(figuresOf('day', false).map(({ name }) => name)).not.toContain('arrived')
  expect(figuresOf('queue', true).map(({ name }) => name)).not.toContain('outbound')
  expect(figuresOf('clock', true).map(({ name }) => name)).not.toContain('occupancy_ratio')
})

test('what a shift is judged by is seen without scrolling aside', () => {
  const first = figuresOf('interval', true).slice(0, 11).map(({ name }) => name)
  for (const name of ['arrived', 'answered', 'abandoned', 'service_level_ratio', 'abandon_ratio', 'asa_s', 'aht_s']) expect(first).toContain(name)
})

test('callbacks ordered by form came by no number', () => {
  for (const axis of ['day', 'queue', 'heat'] as const) expect(figuresOf(axis, false).map(({ name }) => name)).toContain('web_ordered')
  for (const axis of ['number', 'disposition', 'agent'] as const) expect(figuresOf(axis, true).map(({ name }) => name)).not.toContain('web_ordered')
})

test('a name says how its figure is written', () => {
  const kinds = Object.fromEntries(figuresOf('day', true).map(({ name, kind }) => [name, kind]))
  expect([kinds.offered, kinds.asa_s, kinds.abandon_ratio, kinds.rating]).toEqual(['count', 'seconds', 'ratio', 'score'])
})

test('agents and teams that the page does not show do not count', () => {
  const chosen = { ...firstChoices(), agent_ids: [4], team_ids: [2] }
  expect(asShown({ ...chosen, axis: 'team' })).toMatchObject({ agent_ids: [4], team_ids: [2] })
  expect(asShown({ ...chosen, axis: 'day' })).toMatchObject({ agent_ids: [], team_ids: [] })
})

test('lines are sorted by a figure, and what has none comes last', () => {
  const lines = [3, null, 9, 3].map((offered, place) => ({ key: { place }, figures: { offered }, pauses: {} }))
  const places = (isUp: boolean, by = 'offered') => inOrder(lines, { by, isUp }).map(({ key }) => key.place)
  expect(places(false)).toEqual([2, 0, 3, 1])
  expect(places(true)).toEqual([0, 3, 2, 1])
  expect(places(true, '')).toEqual([0, 1, 2, 3])
})
