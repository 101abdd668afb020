import { beforeEach, expect, test, vi } from 'vitest'
import { ApiError } from '@/api/client'

const said = vi.hoisted(() => ({ success: [] as unknown[], error: [] as unknown[] }))
vi.mock('element-plus', () => ({
  ElMessage: { success: (what: unknown) => said.success.push(what), error: (what: unknown) => said.error.push(what) },
}))
vi.mock('@/i18n', () => ({ errorText: () => 'refused', i18n: { global: { t: (key: string) => key, te: () => false } } }))

const { useFieldProblems } = await import('./problems')
const { useSaving } = await import('./saving')

beforeEach(() => {
  said.success.length = said.error.length = 0
})

test('what is stored is said once, and the button is free again', async () => {
  const { saving, store } = useSaving(useFieldProblems())
  const stored = store(async () => expect(saving.value).toBe(true))
  expect(await stored).toBe(true)
  expect([said.success.length, said.error.length, saving.value]).toEqual([1, 0, false])
})

test('a refusal of fields stands beside them', async () => {
  const problems = useFieldProblems()
  const { saving, store } = useSaving(problems)
  const refusal = new ApiError(422, 'invalid', '', [{ path: 'body.name', code: 'missing', message: 'Missing.' }])
  expect(await store(() => Promise.reject(refusal))).toBe(false)
  expect([problems.of('name'), said.error.length, saving.value]).toEqual(['Missing.', 0, false])
})

test('any other failure is a message', async () => {
  const { store } = useSaving(useFieldProblems())
  expect(await store(() => Promise.reject(new Error('network')))).toBe(false)
  expect([said.success.length, said.error.length]).toEqual([0, 1])
})
