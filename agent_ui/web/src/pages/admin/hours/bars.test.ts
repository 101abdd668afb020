import { describe, expect, it } from 'vitest'
import { barsOfWeek } from './bars'

describe('the bars of a week', () => {
  it('has one for each span', () => {
    expect(barsOfWeek([[[540, 720], [780, 1080]], []])).toEqual([[[540, 720], [780, 1080]], []])
  })

  it('goes on at the next midnight, and ends with the week', () => {
    expect(barsOfWeek([[[1320, 360]], [[1320, 360]]])).toEqual([[[1320, 1440]], [[0, 360], [1320, 1440]]])
  })

  it('is a whole day until 24:00 and from 00:00 to 00:00', () => {
    expect(barsOfWeek([[[0, 1440]], [[0, 0]]])).toEqual([[[0, 1440]], [[0, 1440]]])
  })
})
