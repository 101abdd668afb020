// Asks for the leg of a call that this page should be in and is not, until it has one.

export interface RejoinPorts {
  /** To be rung for it. */
  rejoin(callId: string): Promise<void>
  hangUp(callId: string): Promise<void>
  /** The person ended it while Callroom could not be reached. */
  isEndedHere(callId: string): boolean
  later(run: () => void, delay_ms: number): () => void
}

/** Callroom rings by itself when it sees the phone register; only then the page asks. */
export const FIRST_MS = 400
export const AGAIN_MS = 2000

export class Rejoiner {
  private callId: string | null = null
  private cancel: (() => void) | null = null

  constructor(private readonly ports: RejoinPorts) {}

  /** Which call lacks its leg now; null when none does. */
  look(callId: string | null): void {
    if (callId === this.callId) return
    this.cancel?.()
    this.cancel = null
    this.callId = callId
    if (callId) this.schedule(callId, FIRST_MS)
  }

  private schedule(callId: string, delay_ms: number): void {
    this.cancel = this.ports.later(() => void this.ask(callId), delay_ms)
  }

  private async ask(callId: string): Promise<void> {
    const step = this.ports.isEndedHere(callId) ? this.ports.hangUp(callId) : this.ports.rejoin(callId)
    // Refused or unreachable: what comes by push says whether there is still something to ask for.
    await step.catch(() => undefined)
    if (this.callId === callId) this.schedule(callId, AGAIN_MS)
  }
}
