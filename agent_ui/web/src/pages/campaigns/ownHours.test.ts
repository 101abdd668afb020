import { expect, test } from 'vitest'
import { hoursOf, weekOf } from './ownHours'

test('what is edited by day is seven days from Monday, and back', () => {
  const week = { mon: ['09:00-12:00', '13:00-18:00'], sat: ['10:00-24:00'] }
  const hours = hoursOf(week)
  expect(hours).toEqual([[['09:00', '12:00'], ['13:00', '18:00']], [], [], [], [], [['10:00', '24:00']], []])
  expect(weekOf(hours)).toEqual(week)
})
