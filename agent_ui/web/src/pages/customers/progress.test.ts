import { describe, expect, it } from 'vitest'
import { countsText, portion } from './progress'

describe('the portion that is done', () => {
  it('is whole when all is done and not before', () => {
    expect(portion({ done: 0, row_count: 3 })).toBe(0)
    expect(portion({ done: 999_999, row_count: 1_000_000 })).toBe(99)
    expect(portion({ done: 3, row_count: 3 })).toBe(100)
  })

  it('is nothing while the rows are not yet counted', () => {
    expect(portion({ done: 0, row_count: 0 })).toBe(0)
  })
})

it('names every count', () => {
  const text = countsText({ created: 1, updated: 2, unchanged: 3, rejected_rows: 4 }, (key) => key)
  expect(text).toBe('imports.created 1 · imports.updated 2 · imports.unchanged 3 · imports.rejected 4')
})
