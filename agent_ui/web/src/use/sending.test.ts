import { beforeEach, expect, test, vi } from 'vitest'
import { ApiError } from '@/api/client'

const said = vi.hoisted(() => ({ success: 0, warning: 0, error: 0 }))
vi.mock('element-plus', () => ({
  ElMessage: { success: () => said.success++, warning: () => said.warning++, error: () => said.error++ },
}))
vi.mock('@/i18n', () => ({ errorText: () => 'refused', i18n: { global: { t: (key: string) => key, te: () => false } } }))

const { useFieldProblems } = await import('./problems')
const { useSending } = await import('./sending')

beforeEach(() => {
  said.success = said.warning = said.error = 0
})

test('what was taken is said, and a sound in which nothing is heard too', async () => {
  const { busy, send } = useSending(useFieldProblems())
  expect(await send(async () => (expect(busy.value).toBe(true), {}))).toBe(true)
  expect(await send(async () => ({ warnings: ['silent'] }))).toBe(true)
  expect([said, busy.value]).toEqual([{ success: 1, warning: 1, error: 0 }, false])
})

test('a refusal stands beside its field, any other is a message', async () => {
  const problems = useFieldProblems()
  const { send } = useSending(problems)
  const refusal = new ApiError(422, 'invalid', '', [{ path: 'body.file', code: 'missing', message: 'Missing.' }])
  expect(await send(() => Promise.reject(refusal))).toBe(false)
  expect([problems.of('file'), said.error]).toEqual(['Missing.', 0])
  expect(await send(() => Promise.reject(new ApiError(0, 'network', '')))).toBe(false)
  expect(said.error).toBe(1)
})

test('an upload says how far it is, and who stops it is told nothing', async () => {
  const { sent, send, uploaded, stop } = useSending(useFieldProblems())
  let abort = (): void => undefined
  const answer = new Promise<object>((_, reject) => (abort = () => reject(new ApiError(0, 'cancelled', ''))))
  const sending = send(() =>
    uploaded((onProgress) => {
      onProgress(0.5)
      return { answer, abort }
    }),
  )
  expect(sent.value).toBe(0.5)
  stop()
  expect([await sending, said.error]).toEqual([false, 0])
})
