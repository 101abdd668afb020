import { beforeEach, expect, test, vi } from 'vitest'
import { ApiError } from '@/api/client'

const asked = vi.hoisted(() => ({ calls: [] as unknown[][], answer: (): Promise<{ version: number }> => Promise.resolve({ version: 8 }) }))
const said = vi.hoisted(() => ({ undo: [] as (() => Promise<void>)[], success: [] as unknown[], error: [] as unknown[] }))
vi.mock('element-plus', () => ({
  ElMessage: { success: (what: unknown) => said.success.push(what), error: (what: unknown) => said.error.push(what) },
}))
vi.mock('@/i18n', () => ({ errorText: () => 'refused', i18n: { global: { t: (key: string) => key, te: () => false } } }))
vi.mock('@/use/undo', () => ({ sayUndoable: (_: string, __: string, undo: () => Promise<void>) => said.undo.push(undo) }))
vi.mock('@/api/guides', () => ({
  goBackTo: (...all: unknown[]) => {
    asked.calls.push(all)
    return asked.answer()
  },
}))

const { goBack } = await import('./goingBack')
const done: boolean[] = []
const guide = { kind: 'articles' as const, id: 3 }

beforeEach(() => {
  asked.calls.length = said.undo.length = said.success.length = said.error.length = done.length = 0
  asked.answer = () => Promise.resolve({ version: 8 })
})

async function note(isChanged: boolean): Promise<void> {
  done.push(isChanged)
}

test('an undo brings back what was the newest, and only over the version that going back made', async () => {
  await goBack(guide, 2, 7, note)
  expect([asked.calls, done]).toEqual([[['articles', 3, 2, 7]], [true]])
  asked.answer = () => Promise.resolve({ version: 9 })
  await said.undo[0]!()
  expect(asked.calls[1]).toEqual(['articles', 3, 7, 8])
  expect([done, said.success.length, said.undo.length]).toEqual([[true, true], 1, 1])
})

test('a refusal is said, nothing has changed, and there is nothing to undo', async () => {
  asked.answer = () => Promise.reject(new ApiError(409, 'version_conflict', ''))
  await goBack(guide, 2, 7, note)
  expect([done, said.error.length, said.undo.length]).toEqual([[false], 1, 0])
})
