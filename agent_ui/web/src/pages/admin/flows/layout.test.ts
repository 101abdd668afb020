import { expect, it } from 'vitest'
import { placesOf } from './layout'

it('puts a step below all that lead to it, and strays last', () => {
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
    { id: 'b', row: 1, offset: 0 },
    { id: 'c', row: 2, offset: 0 },
    { id: 'd', row: 3, offset: 0 },
  ])
})

it('takes no notice of ways back and of steps that are not there', () => {
  const places = placesOf({
    start: 'menu',
    nodes: {
      menu: { type: 'menu', prompt: 'p', options: { '1': 'say', '2': 'end', '*': 'menu', '9': 'gone' } },
      say: { type: 'say', prompt: 'p', next: 'menu' },
      end: { type: 'hang_up' },
    },
  })
  expect(places.map(({ id, row }) => [id, row])).toEqual([
    ['menu', 0],
    ['say', 1],
    ['end', 1],
  ])
  expect(placesOf({ start: 'gone', nodes: { a: { type: 'hang_up' } } })).toEqual([{ id: 'a', row: 0, offset: 0 }])
})
