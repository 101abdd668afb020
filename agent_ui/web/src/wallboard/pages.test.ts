import { describe, expect, it } from 'vitest'
import { pageAt } from './pages'

describe('rows of a screen that nobody scrolls', () => {
  it('are all there if they fit', () => {
    expect(pageAt(2, 2, 15_000)).toEqual({ first: 0, end: 2, no: 1, pages: 1 })
    expect(pageAt(0, 5, 0)).toEqual({ first: 0, end: 0, no: 1, pages: 1 })
  })

  it('come in turn if they do not, ten seconds each', () => {
    const shown = [0, 9_999, 10_000, 20_000, 30_000].map((now) => pageAt(7, 3, now))
    expect(shown.map((page) => [page.first, page.end])).toEqual([[0, 3], [0, 3], [3, 6], [6, 7], [0, 3]])
    expect(shown.map((page) => page.no)).toEqual([1, 1, 2, 3, 1])
  })

  it('fill their pages alike', () => {
    expect([0, 10_000].map((now) => pageAt(6, 5, now)).map((page) => page.end - page.first)).toEqual([3, 3])
  })

  it('come one by one where not even one fits', () => {
    expect(pageAt(2, 0, 10_000)).toEqual({ first: 1, end: 2, no: 2, pages: 2 })
  })
})
