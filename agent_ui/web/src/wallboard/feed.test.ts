import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Feed, PAUSES_MS, SILENCE_MS, type Phase } from './feed'
import type { Board } from './message'

const AT = '2026-11-22T09:00:00Z'

/** A server: each connection's lines are written by the test. */
class Server {
  answers: (() => Promise<Response>)[] = []
  asked: RequestInit[] = []
  private writer: ReadableStreamDefaultController<Uint8Array> | null = null

  fetch = (_url: unknown, init?: RequestInit): Promise<Response> => {
    this.asked.push(init!)
    return (this.answers.shift() ?? (() => Promise.reject(new TypeError('away'))))()
  }

  serves(): void {
    this.answers.push(() => {
      const body = new ReadableStream<Uint8Array>({ start: (writer) => void (this.writer = writer) })
      return Promise.resolve(new Response(body))
    })
  }

  refuses(status: number, code: string): void {
    this.answers.push(() => Promise.resolve(new Response(JSON.stringify({ error: { code } }), { status })))
  }

  say(text: string): void {
    this.writer!.enqueue(new TextEncoder().encode(text))
  }

  hangUp(): void {
    this.writer!.close()
  }
}

describe('the feed', () => {
  let server: Server
  let phases: string[]
  let boards: Partial<Board>[]
  let feed: Feed

  function open(token = 'token'): void {
    feed = new Feed(
      token,
      {
        onPhase: (phase: Phase, code: string) => void (phases.at(-1) !== phase + code && phases.push(phase + code)),
        onBoard: (board) => void boards.push(board),
        onTime: () => undefined,
      },
      server.fetch as typeof fetch,
    )
    feed.start()
  }

  /** Lets what is ready run. */
  const settle = (): Promise<unknown> => vi.advanceTimersByTimeAsync(0)

  beforeEach(() => {
    vi.useFakeTimers()
    server = new Server()
    phases = []
    boards = []
  })
  afterEach(() => {
    feed.stop()
    vi.useRealTimers()
  })

  it('sends the token in a header, and no cookie', async () => {
    server.serves()
    open()
    await settle()
    expect(server.asked[0]!.headers).toEqual({ Authorization: 'Bearer token' })
    expect(server.asked[0]!.credentials).toBe('omit')
  })

  it('takes lines however they are cut', async () => {
    server.serves()
    open()
    await settle()
    server.say(`{"type":"board","at":"${AT}","name":"Ha`)
    await settle()
    expect(boards).toEqual([])
    server.say(`ll"}\n{"type":"alive","at":"${AT}"}\n`)
    await settle()
    expect(boards.map(({ name }) => name)).toEqual(['Hall'])
    expect(phases).toEqual(['live'])
  })

  it('connects again, and says that it is old only if that takes more than one try', async () => {
    server.serves()
    open()
    await settle()
    server.say(`{"type":"alive","at":"${AT}"}\n`)
    await settle()
    server.hangUp()
    await settle()
    await vi.advanceTimersByTimeAsync(PAUSES_MS[0]!)
    expect(phases).toEqual(['live', 'old'])
    server.serves()
    await vi.advanceTimersByTimeAsync(PAUSES_MS[1]!)
    server.say(`{"type":"alive","at":"${AT}"}\n`)
    await settle()
    expect(phases).toEqual(['live', 'old', 'live'])
  })

  it('is old when nothing is said for a while, and does not go on waiting', async () => {
    server.serves()
    open()
    await settle()
    server.say(`{"type":"alive","at":"${AT}"}\n`)
    await settle()
    await vi.advanceTimersByTimeAsync(SILENCE_MS)
    expect(phases).toEqual(['live', 'old'])
    expect(server.asked[0]!.signal!.aborted).toBe(true)
  })

  it('tries again when the server is busy', async () => {
    server.refuses(503, 'too_many_viewers')
    open()
    await settle()
    server.serves()
    await vi.advanceTimersByTimeAsync(PAUSES_MS[0]!)
    expect(server.asked).toHaveLength(2)
  })

  it.each([
    [403, 'link_revoked'],
    [403, 'link_expired'],
    [401, 'link_needed'],
  ])('ends when the server says %i %s', async (status, code) => {
    server.refuses(status, code)
    open()
    await settle()
    await vi.advanceTimersByTimeAsync(60_000)
    expect(phases).toEqual([`over${code}`])
    expect(server.asked).toHaveLength(1)
  })

  it('ends when the link is taken back while it is open', async () => {
    server.serves()
    open()
    await settle()
    server.say(`{"type":"alive","at":"${AT}"}\n{"type":"end","code":"link_revoked"}\n`)
    await settle()
    await vi.advanceTimersByTimeAsync(60_000)
    expect(phases).toEqual(['live', 'overlink_revoked'])
    expect(server.asked).toHaveLength(1)
  })

  it('asks nobody without a token', async () => {
    open('')
    await settle()
    expect(phases).toEqual(['overlink_needed'])
    expect(server.asked).toEqual([])
  })

  it('names a refusal that is not ours by its status', async () => {
    server.answers.push(() => Promise.resolve(new Response('<html>', { status: 403 })))
    open()
    await settle()
    expect(phases).toEqual(['overhttp_403'])
  })
})
