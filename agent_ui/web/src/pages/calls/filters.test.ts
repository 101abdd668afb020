import { describe, expect, it } from 'vitest'
import { fromQuery, isFiltered, noFilters, toApi, toQuery, type Filters } from './filters'

const all: Filters = { days: ['2026-11-01', '2026-11-30'], agent_id: 3, queue_id: 2, number: ' 138 ', result: 'answered', tag: 'complaint' }

describe('filters', () => {
  it('come back from the address as they went', () => {
    expect(fromQuery(toQuery(all))).toEqual({ ...all, number: '138' })
    expect(fromQuery(toQuery(noFilters()))).toEqual(noFilters())
  })

  it('ignore nonsense in the address', () => {
    expect(fromQuery({ from: 'x', to: '2026-11-30', agent: '-1', queue: ['1', '2'], result: 'odd', tag: '<b>' })).toEqual(noFilters())
  })

  it('reach from the first midnight to the one after the last day', () => {
    const { from, to, number } = toApi(all)
    expect(from).toBe(new Date(2026, 10, 1).toISOString())
    expect(to).toBe(new Date(2026, 11, 1).toISOString())
    expect(number).toBe('138')
    expect(toApi(noFilters())).toMatchObject({ from: null, to: null })
  })

  it('know whether there are any', () => {
    expect(isFiltered(noFilters())).toBe(false)
    expect(isFiltered({ ...noFilters(), result: 'other' })).toBe(true)
  })
})
