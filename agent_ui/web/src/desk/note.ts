// The note and the chosen disposition of the call in work; outside the pages, so that leaving one loses nothing.
import { reactive, watch } from 'vue'
import { api } from '@/api/client'
import { me, work } from './live'
import { NoteSaver, type NoteState } from './notes'

export const note = reactive({ callId: null as string | null, text: '', state: 'empty' as NoteState, disposition: null as string | null, isDisposed: false })
let saver: NoteSaver | null = null
const DRAFT = 'callroom.note.'

function open(callId: string | null): void {
  if (saver && saver.isDirty) void saver.flush()
  else saver?.stop()
  saver = null
  Object.assign(note, { callId, text: '', state: 'empty', disposition: null, isDisposed: false })
  if (!callId) return
  const mine = new NoteSaver(callId, {
    save: async (id, text) => {
      await api.put(`/calls/${encodeURIComponent(id)}/note`, { text })
      sessionStorage.removeItem(DRAFT + id)
    },
    later: (run, delay_ms) => {
      const timer = setTimeout(run, delay_ms)
      return () => clearTimeout(timer)
    },
    onState: (state) => {
      if (note.callId === callId) note.state = state
    },
  })
  saver = mine
  const draft = sessionStorage.getItem(DRAFT + callId)
  if (draft) writeNote(draft)
  else if (me.value?.state !== 'ringing') void load(mine) // a call that only rings has no note
}

/** After a reload the note so far is on the server. */
async function load(mine: NoteSaver): Promise<void> {
  try {
    const { note: text } = await api.get<{ note?: string | null }>(`/calls/${encodeURIComponent(mine.callId)}`)
    if (saver !== mine || note.text || !text) return
    note.text = text
    mine.load(text)
  } catch {
    // A call that is not in the diary yet has no note.
  }
}

export function writeNote(text: string): void {
  note.text = text
  if (note.callId) sessionStorage.setItem(DRAFT + note.callId, text)
  saver?.write(text)
}

export async function flushNote(): Promise<boolean> {
  return saver ? saver.flush() : true
}

export async function dispose(): Promise<void> {
  if (!note.callId || !note.disposition) return
  const { callId, disposition: code, text } = note
  await flushNote()
  await api.post(`/calls/${encodeURIComponent(callId)}/disposition`, { code, note: text })
  if (note.callId === callId) note.isDisposed = true
}

export function startNotes(): () => void {
  return watch(() => work.value?.callId ?? null, open, { immediate: true })
}
