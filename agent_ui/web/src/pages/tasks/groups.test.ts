import { expect, it } from 'vitest'
import type { Task } from '@/api/tasks'
import { groupsOf, nextMidnight, partOf } from './groups'

const NOW = Date.parse('2026-11-22T08:00:00Z')
const TOMORROW = Date.parse('2026-11-22T16:00:00Z')

it('parts overdue, today and later', () => {
  expect(partOf({ due_at: '2026-11-22T08:00:00Z' }, NOW, TOMORROW)).toBe('overdue')
  expect(partOf({ due_at: '2026-11-22T08:00:01Z' }, NOW, TOMORROW)).toBe('today')
  expect(partOf({ due_at: '2026-11-22T16:00:00Z' }, NOW, TOMORROW)).toBe('later')
  expect(partOf({ due_at: null }, NOW, TOMORROW)).toBe('later')
})

it('leaves empty parts out and keeps the order', () => {
  const tasks = [{ id: 1, due_at: '2026-11-22T07:00:00Z' }, { id: 2, due_at: null }, { id: 3, due_at: '2026-11-22T07:30:00Z' }] as Task[]
  expect(groupsOf(tasks, NOW, TOMORROW).map(({ part, tasks }) => [part, tasks.map(({ id }) => id)])).toEqual([
    ['overdue', [1, 3]],
    ['later', [2]],
  ])
})

it('knows the next midnight of this browser', () => {
  const midnight = new Date(nextMidnight(NOW))
  expect([midnight.getHours(), midnight.getTime() > NOW, midnight.getTime() - NOW <= 25 * 3_600_000]).toEqual([0, true, true])
})
