// Escape closes a menu whose button has the focus: opened by the mouse, the library's menus hear only keys pressed inside them.
import { onBeforeUnmount, onMounted } from 'vue'

const OPEN_MENU = '[aria-haspopup="menu"][aria-expanded="true"]'

type Pressed = Pick<KeyboardEvent, 'key' | 'defaultPrevented' | 'preventDefault'>
interface Focused {
  matches(selector: string): boolean
  click(): void
}

export function closeMenu(event: Pressed, focused: Focused | null): void {
  if (event.key !== 'Escape' || event.defaultPrevented || !focused?.matches(OPEN_MENU)) return
  focused.click()
  event.preventDefault()
}

export function useMenuEscape(): void {
  const pressed = (event: KeyboardEvent) => closeMenu(event, document.activeElement as HTMLElement | null)
  onMounted(() => window.addEventListener('keydown', pressed))
  onBeforeUnmount(() => window.removeEventListener('keydown', pressed))
}
