import { expect, test, vi } from 'vitest'
import { createI18n } from 'vue-i18n'
import { ApiError } from '@/api/client'
import en from '@/i18n/en/pages'
import zh from '@/i18n/zh/pages'

vi.mock('element-plus', () => ({ ElMessage: {} }))
const { i18n } = vi.hoisted(() => ({ i18n: { global: {} as Record<string, unknown> } }))
vi.mock('@/i18n', () => ({ errorText: () => '', i18n }))

const { useFieldProblems } = await import('./problems')

test.each([
  ['en', 'Old line was removed; choose another queue', 'Has the cause and the limits of step 2: make them one step'],
  ['zh', '技能组“Old line”已被移除，请另选', '原因和限值与第 2 步相同，请合为一步'],
])('a field says what it is about: %s', (locale, removed, same) => {
  i18n.global = createI18n({ legacy: false, locale, messages: { en, zh } }).global as unknown as Record<string, unknown>
  const problems = useFieldProblems()
  problems.take(
    new ApiError(422, 'invalid', '', [
      { path: 'overflow.queue_id', code: 'queue_removed', message: '', named: 'Old line' },
      { path: 'routing.ladder.3.cause', code: 'same_step', message: '', named: '2' },
    ]),
  )
  expect([problems.of('overflow.queue_id'), problems.of('routing.ladder.3.cause')]).toEqual([removed, same])
})
