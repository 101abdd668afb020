import { expect, test, vi } from 'vitest'
import { effectScope, nextTick, ref, shallowRef } from 'vue'
import { useDrawerFocus } from './drawerFocus'

function begin() {
  const open = ref(false)
  const field = shallowRef<{ focus: () => void } | null>(null)
  const button = { focus: vi.fn(), isConnected: true }
  vi.stubGlobal('document', { activeElement: button })
  const focus = effectScope().run(() => useDrawerFocus(open, field))!
  return { open, field, button, focus }
}

test('the first field has the keyboard when the drawer is there, also where the form comes later', async () => {
  const { open, field, button, focus } = begin()
  open.value = true
  focus.opened()
  await nextTick()
  const input = { focus: vi.fn() }
  field.value = input
  await nextTick()
  expect(input.focus).toHaveBeenCalledTimes(1)
  open.value = false
  focus.closed()
  expect(button.focus).toHaveBeenCalledTimes(1)
})

test('what is gone by then gets nothing', () => {
  const { open, button, focus } = begin()
  open.value = true
  button.isConnected = false
  focus.closed()
  expect(button.focus).not.toHaveBeenCalled()
})
