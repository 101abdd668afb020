// The one push connection: opens, reads, asks again when silent, comes back with growing pauses.
import type { ServerMessage } from './views'

export type LinkState = 'connecting' | 'live' | 'reconnecting' | 'closed'

export interface Link {
  readonly state: LinkState
  /** Since when it is not live (ms); null while it is. */
  readonly lostAt: number | null
  /** Failed attempts in a row. */
  readonly attempts: number
}

/** What of WebSocket is used here: tests hand in their own. */
export interface SocketLike {
  onopen: ((event: unknown) => void) | null
  onmessage: ((event: { data: unknown }) => void) | null
  onclose: ((event: unknown) => void) | null
  send(text: string): void
  close(): void
}

export interface Surroundings {
  open(): SocketLike
  now(): number
  later(run: () => void, delay_ms: number): () => void
  /** 0 … 1; spreads the browsers of a whole floor after a restart. */
  dice(): number
}

export interface Listeners {
  onMessage(message: ServerMessage): void
  onLink(link: Link): void
}

const FIRST_PAUSE_MS = 400
const LONGEST_PAUSE_MS = 4000
// The server says at least every 4 s that it is there; its WebSocket pings are invisible to a page. Silence is questioned
// with a resync, which it must answer.
export const SILENCE_MS = 9_000
export const ANSWER_MS = 3_000

export function pause_ms(attempts: number, dice: number): number {
  const whole = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.max(0, attempts - 1))
  return whole / 2 + (whole / 2) * dice
}

export class CtiSocket {
  private socket: SocketLike | null = null
  private cancelTimer: (() => void) | null = null
  private isQuestioned = false
  private link: Link = { state: 'closed', lostAt: null, attempts: 0 }

  constructor(
    private readonly around: Surroundings,
    private readonly listeners: Listeners,
  ) {}

  start(): void {
    if (this.link.state !== 'closed') return
    this.setLink({ state: 'connecting', lostAt: this.around.now(), attempts: 0 })
    this.connect()
  }

  stop(): void {
    this.forgetSocket()
    this.setLink({ state: 'closed', lostAt: null, attempts: 0 })
  }

  /** The network came back, or the person pressed a button: do not wait out the pause. */
  hurry(): void {
    if (this.link.state === 'reconnecting' && this.socket === null) this.connect()
  }

  /** Something else got no answer: is this connection still one? Its own silence would tell only much later. */
  question(): void {
    if (this.link.state !== 'live' || this.isQuestioned) return
    this.cancel()
    this.ask()
  }

  send(message: { type: string }): boolean {
    if (this.link.state !== 'live' || !this.socket) return false
    this.socket.send(JSON.stringify(message))
    return true
  }

  private connect(): void {
    this.cancel()
    const socket = this.around.open()
    this.socket = socket
    socket.onopen = () => {
      this.setLink({ state: 'live', lostAt: null, attempts: 0 })
      this.listen()
    }
    socket.onmessage = ({ data }) => {
      this.listen()
      const message = parse(data)
      if (message && message.type !== 'alive') this.listeners.onMessage(message)
    }
    socket.onclose = () => this.lost()
  }

  private listen(): void {
    this.cancel()
    this.isQuestioned = false
    this.cancelTimer = this.around.later(() => this.ask(), SILENCE_MS)
  }

  private ask(): void {
    this.isQuestioned = true
    this.send({ type: 'resync' })
    this.cancelTimer = this.around.later(() => this.lost(), ANSWER_MS)
  }

  private lost(): void {
    this.forgetSocket()
    const attempts = this.link.attempts + 1
    this.setLink({ state: 'reconnecting', lostAt: this.link.lostAt ?? this.around.now(), attempts })
    if (this.link.state !== 'reconnecting') return // a listener has stopped it
    this.cancelTimer = this.around.later(() => this.connect(), pause_ms(attempts, this.around.dice()))
  }

  private forgetSocket(): void {
    this.cancel()
    const socket = this.socket
    this.socket = null
    if (!socket) return
    socket.onopen = socket.onmessage = socket.onclose = null
    socket.close()
  }

  private cancel(): void {
    this.cancelTimer?.()
    this.cancelTimer = null
  }

  private setLink(link: Link): void {
    this.link = link
    this.listeners.onLink(link)
  }
}

function parse(data: unknown): ServerMessage | null {
  try {
    const message = JSON.parse(String(data)) as ServerMessage
    return typeof message?.type === 'string' ? message : null
  } catch {
    return null
  }
}

/** The page's own surroundings. */
export function browserSurroundings(path: string, now: () => number): Surroundings {
  return {
    open: () => new WebSocket(`${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}${path}`) as unknown as SocketLike,
    now,
    later: (run, delay_ms) => {
      const timer = setTimeout(run, delay_ms)
      return () => clearTimeout(timer)
    },
    dice: () => Math.random(),
  }
}
