import { expect, test, vi } from 'vitest'
import { showFirstProblem } from './firstProblem'

function form(item: unknown): ParentNode {
  return { querySelector: (wanted: string) => (wanted === '.el-form-item.is-error' ? item : null) } as unknown as ParentNode
}

test('what was refused comes into sight and gets the keyboard, once its words are there', async () => {
  const input = { focus: vi.fn() }
  const item = { scrollIntoView: vi.fn(), querySelector: () => input }
  const shown = showFirstProblem(form(item))
  expect(item.scrollIntoView).not.toHaveBeenCalled()
  await shown
  expect(item.scrollIntoView).toHaveBeenCalledWith({ block: 'center' })
  expect(input.focus).toHaveBeenCalledWith({ preventScroll: true })
})

test('a field without an input only comes into sight, and without a refusal nothing moves', async () => {
  const item = { scrollIntoView: vi.fn(), querySelector: () => null }
  await showFirstProblem(form(item))
  expect(item.scrollIntoView).toHaveBeenCalledTimes(1)
  await showFirstProblem(form(null))
  await showFirstProblem(null)
})
