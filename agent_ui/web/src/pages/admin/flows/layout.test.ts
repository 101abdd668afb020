import { expect, it } from 'vitest'
import { placesOf } from './layout'

it('puts a step one column after the first that leads to it, and strays last', () => {
  const places = placesOf({
    start: 'a',
    nodes: {
      a: { type: 'lookup', found: 'b', unknown: 'c' },
      b: { type: 'say', prompt: 'p', next: 'c' },
      c: { type: 'hang_up' },
      d: { type: 'hang_up' },
    },
  })
  expect(places).toEqual([
    { id: 'a', column: 0, row: 0 },
    { id: 'b', column: 1, row: 0 },
    { id: 'c', column: 1, row: 1 },
    { id: 'd', column: 2, row: 0 },
  ])
})
