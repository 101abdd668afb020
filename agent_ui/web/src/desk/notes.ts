// The note of one call: saved by itself a moment after the last key, never two writes at once, never lost quietly.

export type NoteState = 'empty' | 'dirty' | 'saving' | 'saved' | 'failed'

export interface NotePorts {
  save(callId: string, text: string): Promise<void>
  later(run: () => void, delay_ms: number): () => void
  onState(state: NoteState): void
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
    await this.ports.save(this.callId, text)
    this.savedText = text
  }
}
