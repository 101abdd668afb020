import { ElMessage } from 'element-plus'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { copyText, useCopied } from './copied'

vi.mock('element-plus', () => ({ ElMessage: { info: vi.fn() } }))
vi.mock('@/i18n', () => ({ i18n: { global: { t: (key: string) => key } } }))

class Field {
  select = vi.fn()
}

const selectAllChildren = vi.fn()

beforeEach(() => {
  vi.stubGlobal('HTMLInputElement', Field)
  vi.stubGlobal('getSelection', () => ({ selectAllChildren }))
})
afterEach(() => {
  vi.unstubAllGlobals()
  vi.clearAllMocks()
})

it('copies, and says nothing', async () => {
  const writeText = vi.fn().mockResolvedValue(undefined)
  vi.stubGlobal('navigator', { clipboard: { writeText } })
  expect(await copyText('13800138000', () => null)).toBe(true)
  expect(writeText).toHaveBeenCalledWith('13800138000')
  expect(ElMessage.info).not.toHaveBeenCalled()
})

it('marks the text where a page has no clipboard, and says so', async () => {
  vi.stubGlobal('navigator', {})
  const paragraph = {} as Element
  expect(await copyText('13800138000', () => paragraph)).toBe(false)
  expect(selectAllChildren).toHaveBeenCalledWith(paragraph)
  const field = new Field()
  await copyText('13800138000', () => field as unknown as Element)
  expect(field.select).toHaveBeenCalledOnce()
  expect(await copyText('13800138000', () => null)).toBe(false)
  expect(ElMessage.info).toHaveBeenCalledTimes(3)
})

it('remembers which link was copied, and not one that was not', async () => {
  const { copied, copy } = useCopied()
  vi.stubGlobal('navigator', { clipboard: { writeText: vi.fn().mockResolvedValueOnce(undefined).mockRejectedValue(new Error('denied')) } })
  vi.stubGlobal('document', { querySelector: () => null })
  await copy(7, 'http://one')
  expect(copied.value).toBe(7)
  await copy(8, 'http://two')
  expect(copied.value).toBe(7)
})
