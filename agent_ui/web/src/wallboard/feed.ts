// Reads the board's lines for as long as the page is open: connects again by itself, and says when what is shown is old.
import { apiUrl } from '@/api/client'
import type { Board, Line } from './message'

/** `old`: no word for a while; what is shown may be wrong. `over`: the link opens nothing any more. */
export type Phase = 'loading' | 'live' | 'old' | 'over'

/** The server says at least every four seconds that it is there. */
export const SILENCE_MS = 12_000
export const PAUSES_MS = [1_000, 2_000, 4_000, 8_000, 15_000]
/** Answers that another try does not change. */
const FINAL = new Set([401, 403])

export interface Listener {
  onPhase: (phase: Phase, code: string) => void
  onBoard: (board: Board) => void
  /** Some line came, of this moment of the server's. */
  onTime: (at: string) => void
}

export class Feed {
  private stopped = false
  private failures = 0
  private running: AbortController | null = null
  private watchdog: ReturnType<typeof setTimeout> | null = null
  private timer: ReturnType<typeof setTimeout> | null = null

  constructor(
    private readonly token: string,
    private readonly listener: Listener,
    private readonly fetcher: typeof fetch = (...args) => fetch(...args),
  ) {}

  start(): void {
    if (this.token === '') this.end('link_needed')
    else void this.connect()
  }

  stop(): void {
    this.stopped = true
    this.running?.abort()
    for (const timer of [this.watchdog, this.timer]) if (timer) clearTimeout(timer)
  }

  private async connect(): Promise<void> {
    const own = (this.running = new AbortController())
    this.expectWord()
    try {
      // In a header: an address is written into logs. And without the cookie of whoever is signed in in this browser.
      const answer = await this.fetcher(apiUrl('/wallboards/live'), {
        headers: { Authorization: `Bearer ${this.token}` },
        credentials: 'omit',
        cache: 'no-store',
        signal: own.signal,
      })
      if (FINAL.has(answer.status)) return this.end(await codeOf(answer))
      if (answer.ok && answer.body) await this.read(answer.body)
    } catch {
      // Not reached, or cut: tried again below; the screen says so.
    }
    if (!this.stopped && this.running === own) this.tryAgain()
  }

  private async read(body: ReadableStream<Uint8Array>): Promise<void> {
    const reader = body.pipeThrough(new TextDecoderStream() as unknown as TransformStream<Uint8Array, string>).getReader()
    let rest = ''
    for (;;) {
      const { done, value } = await reader.read()
      if (done || this.stopped) return
      const lines = (rest + value).split('\n')
      rest = lines.pop()!
      for (const line of lines) this.take(JSON.parse(line) as Line)
    }
  }

  private take(line: Line): void {
    if (line.type === 'end') return this.end(line.code)
    this.failures = 0
    this.expectWord()
    this.listener.onTime(line.at)
    if (line.type === 'board') this.listener.onBoard(line)
    this.listener.onPhase('live', '')
  }

  private expectWord(): void {
    if (this.watchdog) clearTimeout(this.watchdog)
    this.watchdog = setTimeout(() => {
      this.listener.onPhase('old', '')
      this.running?.abort()
    }, SILENCE_MS)
  }

  private tryAgain(): void {
    const pause_ms = PAUSES_MS[Math.min(this.failures, PAUSES_MS.length - 1)]!
    this.failures += 1
    // One broken connection that is back within a second is not worth a word.
    if (this.failures > 1) this.listener.onPhase('old', '')
    this.timer = setTimeout(() => void this.connect(), pause_ms)
  }

  private end(code: string): void {
    this.stop()
    this.listener.onPhase('over', code)
  }
}

async function codeOf(answer: Response): Promise<string> {
  try {
    return ((await answer.json()) as { error: { code: string } }).error.code
  } catch {
    return `http_${answer.status}`
  }
}
