import { beforeEach, describe, expect, it, vi } from 'vitest'
import { joinNotes, NoteSaver, type NoteState } from './notes'

let saves: { text: string; base: string; resolve: (kept?: string) => void; reject: () => void }[]
let texts: string[]
let states: NoteState[]
let timers: (() => void)[]
let note: NoteSaver

const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve()
}

beforeEach(() => {
  saves = []
  texts = []
  states = []
  timers = []
  note = new NoteSaver('c1', {
    save: (_callId, text, base) => new Promise((resolve, reject) => saves.push({ text, base, resolve: (kept = text) => resolve(kept), reject: () => reject(new Error('x')) })),
    onText: (text) => texts.push(text),
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

  it('joins what another page wrote with what was typed since', async () => {
    note.load('old')
    note.write('old, mine')
    const done = note.flush()
    expect(saves[0]).toMatchObject({ text: 'old, mine', base: 'old' })
    note.write('old, mine, more')
    saves[0]!.resolve('old, theirs\n, mine')
    await settle()
    expect(texts).toEqual(['old, theirs\n, mine\n, more'])
    expect(saves[1]).toMatchObject({ text: texts[0], base: 'old, theirs\n, mine' })
    saves[1]!.resolve()
    expect(await done).toBe(true)
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

describe('two notes that began as one', () => {
  it.each([
    ['', 'a', 'b', 'a\nb'],
    ['x', 'x a', 'x b', 'x a\nb'],
    ['x', 'x', 'x b', 'x b'],
    ['x ', 'x', 'x b', 'x b'],
    ['x', 'x a', 'x', 'x a'],
    ['x', 'x a', 'x a b', 'x a b'],
    ['x', 'new', 'other', 'new\nother'],
    ['x', '', 'x b', 'x b'],
  ])('%j, then %j there and %j here, are %j', (base, theirs, mine, joined) => {
    expect(joinNotes(base, theirs, mine)).toBe(joined)
  })
})
