// The note and the chosen disposition of the call in work; outside the pages, so that leaving one loses nothing.
import { reactive, watch } from 'vue'
import { api, ApiError } from '@/api/client'
import { hasSnapshot, me, work } from './live'
import { joinNotes, NoteSaver, type NoteState } from './notes'

export const note = reactive({ callId: null as string | null, text: '', state: 'empty' as NoteState, disposition: null as string | null, isDisposed: false, againAt: null as string | null, againMine: true })
let saver: NoteSaver | null = null
const DRAFT = 'callroom.note.'

interface Draft {
  text: string
  base: string
}

function keptDraft(callId: string): Draft | null {
  const kept = sessionStorage.getItem(DRAFT + callId)
  return kept === null ? null : (JSON.parse(kept) as Draft)
}

async function put(callId: string, text: string, base: string): Promise<string> {
  const path = `/calls/${encodeURIComponent(callId)}`
  let [now, known] = [text, base]
  for (;;) {
    try {
      // A page that closes has no time for an answer: the browser sends it all the same.
      await api.put(`${path}/note`, { text: now, base: known }, { keepalive: true })
      break
    } catch (error) {
      if (!(error instanceof ApiError && error.code === 'note_changed')) throw error
      const theirs = (await api.get<{ note?: string | null }>(path)).note ?? ''
      now = joinNotes(known, theirs, now)
      known = theirs
    }
  }
  // What was typed meanwhile is not there yet.
  if (keptDraft(callId)?.text === text) sessionStorage.removeItem(DRAFT + callId)
  return now
}

function open(callId: string | null): void {
  if (saver && saver.isDirty) void saver.flush()
  else saver?.stop()
  saver = null
  Object.assign(note, { callId, text: '', state: 'empty', disposition: null, isDisposed: false, againAt: null, againMine: true })
  if (!callId) return
  saver = new NoteSaver(callId, {
    save: put,
    onText: (text) => {
      if (note.callId === callId) note.text = text
    },
    later: (run, delay_ms) => {
      const timer = setTimeout(run, delay_ms)
      return () => clearTimeout(timer)
    },
    onState: (state) => {
      if (note.callId === callId) note.state = state
    },
  })
  const draft = keptDraft(callId)
  if (draft) {
    saver.load(draft.base)
    writeNote(draft.text)
  } else void refreshNote()
}

/** The server's text, unless this tab has a newer one: after a reload, and when another tab wrote. */
export async function refreshNote(): Promise<void> {
  const mine = saver
  // A call that only rings has no note, and one that was withdrawn is not this person's: the state may be told before.
  if (!mine || mine.isDirty || me.value?.state === 'ringing' || work.value?.callId !== mine.callId) return
  const before = note.text
  try {
    const { note: text } = await api.get<{ note?: string | null }>(`/calls/${encodeURIComponent(mine.callId)}`)
    if (saver !== mine || mine.isDirty || note.text !== before || !text || text === before) return
    note.text = text
    mine.load(text)
  } catch {
    // A call that is not in the diary yet has no note.
  }
}

export function writeNote(text: string): void {
  note.text = text
  if (note.callId) sessionStorage.setItem(DRAFT + note.callId, JSON.stringify({ text, base: saver?.base ?? '' }))
  saver?.write(text)
}

export async function flushNote(): Promise<boolean> {
  return saver ? saver.flush() : true
}

export async function dispose(): Promise<void> {
  if (!note.callId || !note.disposition) return
  const { callId, disposition, text, againAt } = note
  const code = { code: disposition, ...(againAt ? { again_at: againAt, again_mine: note.againMine } : {}) }
  // What is saved stays as it is: another tab may have written it, and this one knows only its own.
  const isSaved = await flushNote()
  const path = `/calls/${encodeURIComponent(callId)}/disposition`
  try {
    await api.post(path, isSaved ? { ...code, note: null } : { ...code, note: text, base: saver?.base ?? '' })
  } catch (error) {
    if (!(error instanceof ApiError && error.code === 'note_changed')) throw error
    // The draft stays: the saver's next try joins it with what somebody else wrote meanwhile.
    await api.post(path, { ...code, note: null })
  }
  if (note.callId === callId) note.isDisposed = true
}

/** Notes of earlier calls that a reload overtook on their way to the server. */
async function saveLeftOvers(): Promise<void> {
  for (const key of Object.keys(sessionStorage).filter((other) => other.startsWith(DRAFT))) {
    const callId = key.slice(DRAFT.length)
    const draft = keptDraft(callId)
    if (!draft || callId === note.callId) continue
    await put(callId, draft.text, draft.base).catch((error: unknown) => {
      // Not this person's call, or gone: it would be refused for ever.
      if (error instanceof ApiError && [403, 404, 422].includes(error.status)) sessionStorage.removeItem(key)
    })
  }
}

function pageLeaves(): void {
  if (note.callId && saver?.isDirty) void put(note.callId, note.text, saver.base).catch(() => undefined)
}

function pageSeen(): void {
  // What rings has no disposition yet, even if it is the call that was passed on a moment ago.
  if (me.value?.state === 'ringing') Object.assign(note, { disposition: null, isDisposed: false })
  void refreshNote()
}

export function startNotes(): () => void {
  const stops = [
    watch(() => work.value?.callId ?? null, open, { immediate: true }),
    watch(hasSnapshot, (has) => has && void saveLeftOvers(), { immediate: true }),
    watch(() => me.value?.state, pageSeen),
  ]
  window.addEventListener('pagehide', pageLeaves)
  window.addEventListener('focus', pageSeen)
  return () => {
    window.removeEventListener('pagehide', pageLeaves)
    window.removeEventListener('focus', pageSeen)
    for (const stop of stops) stop()
    open(null)
  }
}
