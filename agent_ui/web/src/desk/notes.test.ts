import { beforeEach, describe, expect, it, vi } from 'vitest'
import { NoteSaver, type NoteState } from './notes'

let saves: { text: string; resolve: () => void; reject: () => void }[]
let states: NoteState[]
let timers: (() => void)[]
let note: NoteSaver

const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve()
}

beforeEach(() => {
  saves = []
  states = []
  timers = []
  note = new NoteSaver('c1', {
    save: (_callId, text) => new Promise((resolve, reject) => saves.push({ text, resolve, reject: () => reject(new Error('x')) })),
    later: (run) => {
      timers.push(run)
      return () => void (timers = timers.filter((other) => other !== run))
    },
    onState: (state) => states.push(state),
  })
})

describe('the note', () => {
  it('is saved once after the last key', async () => {
    note.write('a')
    note.write('ab')
    expect(timers).toHaveLength(1)
    timers[0]!()
    saves[0]!.resolve()
    await settle()
    expect(saves.map((save) => save.text)).toEqual(['ab'])
    expect(states).toEqual(['dirty', 'dirty', 'saving', 'saved'])
  })

  it('writes what was typed during a save afterwards, not beside it', async () => {
    note.write('a')
    const done = note.flush()
    note.write('ab')
    timers[0]!()
    expect(saves).toHaveLength(1)
    saves[0]!.resolve()
    await settle()
    expect(saves.map((save) => save.text)).toEqual(['a', 'ab'])
    saves[1]!.resolve()
    expect(await done).toBe(true)
    expect(note.isDirty).toBe(false)
  })

  it('says that a save failed and tries again', async () => {
    note.write('a')
    const done = note.flush()
    saves[0]!.reject()
    expect(await done).toBe(false)
    expect(states.at(-1)).toBe('failed')
    timers[0]!()
    saves[1]!.resolve()
    await settle()
    expect(states.at(-1)).toBe('saved')
  })

  it('has nothing to do for a loaded text', async () => {
    note.load('old')
    expect(await note.flush()).toBe(true)
    expect(saves).toEqual([])
    note.load('')
    expect(await note.flush()).toBe(true)
    expect(states).toEqual(['saved', 'saved', 'empty'])
  })

  it('stops its timer', () => {
    const save = vi.fn()
    note.stop()
    note.write('a')
    note.stop()
    expect(timers).toEqual([])
    expect(save).not.toHaveBeenCalled()
  })
})
