// The note of one call: saved by itself a moment after the last key, never two writes at once, never lost quietly.

export type NoteState = 'empty' | 'dirty' | 'saving' | 'saved' | 'failed'

export interface NotePorts {
  /** Saves what was `base` before; the answer is what is there now, with what another page wrote meanwhile. */
  save(callId: string, text: string, base: string): Promise<string>
  onText(text: string): void
  later(run: () => void, delay_ms: number): () => void
  onState(state: NoteState): void
}

/** Both texts, where two pages began with `base`: nothing that somebody typed is thrown away. */
export function joinNotes(base: string, theirs: string, mine: string): string {
  if (theirs === base.trim() || mine.includes(theirs)) return mine
  if (mine === base || theirs.includes(mine.trim())) return theirs
  const added = base && mine.startsWith(base) ? mine.slice(base.length) : mine
  return `${theirs}\n${added.trimStart()}`
}

const QUIET_MS = 700
const AGAIN_MS = 4000

export class NoteSaver {
  private text = ''
  private savedText = ''
  private saving: Promise<void> | null = null
  private cancel: (() => void) | null = null

  constructor(
    readonly callId: string,
    private readonly ports: NotePorts,
  ) {}

  /** A text that the server already has. */
  load(text: string): void {
    this.text = this.savedText = text
    this.ports.onState(text ? 'saved' : 'empty')
  }

  write(text: string): void {
    this.text = text
    this.ports.onState('dirty')
    this.schedule(QUIET_MS)
  }

  /** What the server had when it was last heard of. */
  get base(): string {
    return this.savedText
  }

  get isDirty(): boolean {
    return this.text !== this.savedText
  }

  /** Saves now; true when the server has everything. */
  async flush(): Promise<boolean> {
    this.cancel?.()
    this.cancel = null
    while (this.isDirty) {
      this.saving ??= this.saveOnce().finally(() => (this.saving = null))
      try {
        await this.saving
      } catch {
        this.ports.onState('failed')
        this.schedule(AGAIN_MS)
        return false
      }
    }
    if (this.text) this.ports.onState('saved')
    return true
  }

  stop(): void {
    this.cancel?.()
    this.cancel = null
  }

  private schedule(delay_ms: number): void {
    this.cancel?.()
    this.cancel = this.ports.later(() => void this.flush(), delay_ms)
  }

  private async saveOnce(): Promise<void> {
    const text = this.text
    this.ports.onState('saving')
    const kept = await this.ports.save(this.callId, text, this.savedText)
    this.savedText = kept
    if (kept === text) return
    this.text = joinNotes(text, kept, this.text)
    this.ports.onText(this.text)
  }
}
