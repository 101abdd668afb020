import { describe, expect, it } from 'vitest'
import { withDaysOff } from './daysOff'

const NATIONAL = { first: '2026-10-01', last: '2026-10-07', name: 'National Day', spans: [] }

describe('a list of holidays', () => {
  it('is added in order, and worked days become special ones', () => {
    const body = withDaysOff({ holidays: ['2026-12-25'] }, [NATIONAL, { first: '2026-10-10', last: '2026-10-11', name: '', spans: ['09:00-18:00'] }])
    expect(body).toEqual({
      holidays: [{ day: '2026-10-01/2026-10-07', name: 'National Day' }, '2026-12-25'],
      special: { '2026-10-10': ['09:00-18:00'], '2026-10-11': ['09:00-18:00'] },
    })
  })

  it('may be taken twice', () => {
    const once = withDaysOff({}, [NATIONAL])
    expect(withDaysOff(once, [{ ...NATIONAL, name: '国庆节' }]).holidays).toEqual([{ day: '2026-10-01/2026-10-07', name: '国庆节' }])
  })
})
