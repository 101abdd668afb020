import { expect, it } from 'vitest'
import { placesOf } from './layout'

it('puts a step one row below the first that leads to it, and strays last', () => {
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
    { id: 'a', row: 0, offset: 0 },
    { id: 'b', row: 1, offset: -0.5 },
    { id: 'c', row: 1, offset: 0.5 },
    { id: 'd', row: 2, offset: 0 },
  ])
})
