import { expect, it, vi } from 'vitest'
import { closeMenu } from './menuEscape'

function press(key: string, isOpenMenu: boolean | null, defaultPrevented = false) {
  const event = { key, defaultPrevented, preventDefault: vi.fn() }
  const button = isOpenMenu === null ? null : { matches: () => isOpenMenu, click: vi.fn() }
  closeMenu(event, button)
  return { closed: button?.click.mock.calls.length ?? 0, taken: event.preventDefault.mock.calls.length }
}

it('closes the menu whose button has the focus', () => {
  expect(press('Escape', true)).toEqual({ closed: 1, taken: 1 })
})

it.each([
  ['another key', press('a', true)],
  ['a button without an open menu', press('Escape', false)],
  ['a key that somebody took', press('Escape', true, true)],
  ['a page where nothing has the focus', press('Escape', null)],
])('leaves alone %s', (_what, result) => {
  expect(result).toEqual({ closed: 0, taken: 0 })
})
