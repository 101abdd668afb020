// Which key means what: decided apart from the page, so that typing never answers a call.

export type KeyCommand = 'answer' | 'end' | 'mute' | 'hold' | 'park' | 'ask-help' | 'pick-up' | 'next' | 'pass-on' | 'dial' | 'plan' | 'swap' | 'bring-in' | 'drop' | 'leave' | 'survey' | 'keypad' | 'note' | 'tags' | 'record' | 'ready' | 'help' | 'take' | 'take_of' | 'skip' | 'listen' | 'whisper' | 'barge' | 'take_over'

export interface KeyPress {
  readonly key: string
  readonly code: string
  readonly ctrlKey: boolean
  readonly altKey: boolean
  readonly shiftKey: boolean
  readonly metaKey: boolean
  readonly isComposing: boolean
}

const WITH_CTRL_ALT: Record<string, KeyCommand> = { KeyA: 'answer', KeyD: 'dial', KeyE: 'end', KeyH: 'hold', KeyK: 'park', KeyQ: 'ask-help', KeyU: 'pick-up', KeyN: 'next', KeyT: 'pass-on', KeyB: 'plan', KeyS: 'swap', KeyC: 'bring-in', KeyX: 'drop', KeyF: 'leave', KeyV: 'survey', KeyI: 'keypad', KeyO: 'note', KeyG: 'tags', KeyM: 'mute', KeyP: 'record', KeyR: 'ready', KeyY: 'take', KeyJ: 'skip', Digit5: 'take_of', Digit1: 'listen', Digit2: 'whisper', Digit3: 'barge', Digit4: 'take_over' }

/** `isBusy`: the focus is in something that uses the key itself (a field, a button, a dialog). */
export function commandOf(press: KeyPress, isTyping: boolean, isBusy: boolean): KeyCommand | null {
  if (press.isComposing || press.metaKey) return null
  if (press.ctrlKey && press.altKey) return WITH_CTRL_ALT[press.code] ?? null // by place, not letter: layouts differ
  if (press.ctrlKey || press.altKey) return null
  if (press.key === '?' && !isTyping) return 'help'
  if (press.key === 'Enter' && !press.shiftKey && !isTyping && !isBusy) return 'answer'
  return null
}

export function isTypingIn(element: Element | null): boolean {
  if (!(element instanceof HTMLElement)) return false
  return element.isContentEditable || element.matches('input, textarea, select, [role="combobox"], [role="textbox"]')
}

export function usesEnter(element: Element | null): boolean {
  return element instanceof HTMLElement && element.matches('button, a[href], summary, [role="button"], [role="menuitem"], [role="dialog"] *')
}
