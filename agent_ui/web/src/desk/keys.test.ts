import { describe, expect, it } from 'vitest'
import { commandOf, type KeyPress } from './keys'

function press(part: Partial<KeyPress>): KeyPress {
  return { key: '', code: '', ctrlKey: false, altKey: false, shiftKey: false, metaKey: false, isComposing: false, ...part }
}

const chord = (code: string): KeyPress => press({ code, ctrlKey: true, altKey: true })

describe('commandOf', () => {
  it('knows the chords, even while typing', () => {
    expect(['KeyA', 'KeyE', 'KeyM', 'KeyP', 'KeyR', 'KeyZ'].map((code) => commandOf(chord(code), true, true))).toEqual([
      'answer',
      'end',
      'mute',
      'record',
      'ready',
      null,
    ])
    expect(['KeyY', 'KeyJ', 'Digit5'].map((code) => commandOf(chord(code), true, true))).toEqual(['take', 'skip', 'take_of'])
    expect(['KeyS', 'KeyC', 'KeyX', 'KeyF', 'KeyV', 'KeyI', 'KeyO', 'KeyG'].map((code) => commandOf(chord(code), true, true))).toEqual([
      'swap',
      'bring-in',
      'drop',
      'leave',
      'survey',
      'keypad',
      'note',
      'tags',
    ])
  })

  it('answers with Enter only when nothing else wants it', () => {
    const enter = press({ key: 'Enter' })
    expect(commandOf(enter, false, false)).toBe('answer')
    expect(commandOf(enter, true, false)).toBeNull()
    expect(commandOf(enter, false, true)).toBeNull()
    expect(commandOf({ ...enter, shiftKey: true }, false, false)).toBeNull()
    expect(commandOf({ ...enter, isComposing: true }, false, false)).toBeNull()
    expect(commandOf({ ...enter, metaKey: true }, false, false)).toBeNull()
  })

  it('shows the list with ?, unless it is typed', () => {
    const question = press({ key: '?', shiftKey: true })
    expect(commandOf(question, false, true)).toBe('help')
    expect(commandOf(question, true, false)).toBeNull()
  })

  it('leaves other keys alone', () => {
    expect(commandOf(press({ key: 'a' }), false, false)).toBeNull()
    expect(commandOf(press({ key: 'Enter', ctrlKey: true }), false, false)).toBeNull()
    expect(commandOf(press({ key: 'Enter', altKey: true }), false, false)).toBeNull()
  })
})
