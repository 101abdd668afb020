import { effectScope } from 'vue'
import { expect, it, vi } from 'vitest'
import type { Page } from '@/api/page'
import { useKeyset } from './keyset'

type Answer = { resolve: (page: Page<number>) => void; reject: (error: unknown) => void; cursor: string | null }

function setUp() {
  const asked: Answer[] = []
  const scope = effectScope()
  const list = scope.run(() =>
    useKeyset<number>((cursor) => new Promise((resolve, reject) => asked.push({ resolve, reject, cursor }))),
  )!
  return { asked, list, scope }
}

it('adds pages until there is no cursor', async () => {
  const { asked, list } = setUp()
  const first = list.reload()
  expect(list.loading.value).toBe(true)
  asked[0]!.resolve({ items: [1, 2], next_cursor: 'c' })
  await first
  const second = list.more()
  expect(asked[1]!.cursor).toBe('c')
  asked[1]!.resolve({ items: [3], next_cursor: null })
  await second
  expect(list.items.value).toEqual([1, 2, 3])
  expect(list.hasMore.value).toBe(false)
  await list.more()
  expect(asked).toHaveLength(2)
})

it('drops the answer to a search that was replaced', async () => {
  const { asked, list } = setUp()
  const slow = list.reload()
  const quick = list.reload()
  asked[1]!.resolve({ items: [2] })
  await quick
  asked[0]!.resolve({ items: [1] })
  await slow
  expect(list.items.value).toEqual([2])
  expect(list.loading.value).toBe(false)
})

it('keeps what was read when a later page fails', async () => {
  const { asked, list } = setUp()
  const first = list.reload()
  asked[0]!.resolve({ items: [1], next_cursor: 'c' })
  await first
  const second = list.more()
  asked[1]!.reject(new Error('gone'))
  await second
  expect(list.items.value).toEqual([1])
  expect(list.known.value).toBe(true)
  expect(list.error.value).toBeInstanceOf(Error)
})

it('is renewed where one page is shown, keeps that meanwhile, and also when there is no answer', async () => {
  const { asked, list } = setUp()
  await list.renew()
  expect(asked).toHaveLength(0)
  const first = list.reload()
  asked[0]!.resolve({ items: [1], next_cursor: 'c' })
  await first
  const renewed = list.renew()
  expect(list.items.value).toEqual([1])
  asked[1]!.resolve({ items: [2], next_cursor: 'c' })
  await renewed
  expect(list.items.value).toEqual([2])
  const failing = list.renew()
  asked[2]!.reject(new Error('gone'))
  await failing
  expect([list.items.value, list.known.value]).toEqual([[2], true])
  expect(list.error.value).toBeInstanceOf(Error)
  const more = list.more()
  asked[3]!.resolve({ items: [3] })
  await more
  await list.renew()
  expect(asked).toHaveLength(4)
})

it('takes a click for more that comes while it is renewed, once, from where the new page ends', async () => {
  const { asked, list } = setUp()
  const first = list.reload()
  asked[0]!.resolve({ items: [1], next_cursor: 'c' })
  await first
  const renewed = list.renew()
  expect(list.loading.value).toBe(false)
  const clicks = [list.more(), list.more()]
  expect(asked).toHaveLength(2)
  asked[1]!.resolve({ items: [2], next_cursor: 'd' })
  await renewed
  await vi.waitFor(() => expect(asked).toHaveLength(3))
  expect([asked[2]!.cursor, list.loading.value]).toEqual(['d', true])
  asked[2]!.resolve({ items: [3] })
  await Promise.all(clicks)
  expect([list.items.value, asked.length]).toEqual([[2, 3], 3])
})

it('forgets a click for more where another search comes before the renewal', async () => {
  const { asked, list } = setUp()
  const first = list.reload()
  asked[0]!.resolve({ items: [1], next_cursor: 'c' })
  await first
  const renewed = list.renew()
  const click = list.more()
  const other = list.reload()
  asked[1]!.resolve({ items: [2], next_cursor: 'd' })
  await Promise.all([renewed, click])
  asked[2]!.resolve({ items: [3], next_cursor: 'e' })
  await other
  expect([list.items.value, asked.length]).toEqual([[3], 3])
})
