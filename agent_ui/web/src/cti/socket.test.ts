import { beforeEach, describe, expect, it } from 'vitest'
import { ANSWER_MS, CtiSocket, pause_ms, SILENCE_MS, type Link, type SocketLike } from './socket'
import type { ServerMessage } from './views'

class FakeSocket implements SocketLike {
  onopen: SocketLike['onopen'] = null
  onmessage: SocketLike['onmessage'] = null
  onclose: SocketLike['onclose'] = null
  sent: string[] = []
  closed = false
  send(text: string): void {
    this.sent.push(text)
  }
  close(): void {
    this.closed = true
  }
}

class World {
  sockets: FakeSocket[] = []
  messages: ServerMessage[] = []
  links: Link[] = []
  time = 0
  timers: { at: number; run: () => void }[] = []

  socket = new CtiSocket(
    {
      open: () => {
        const made = new FakeSocket()
        this.sockets.push(made)
        return made
      },
      now: () => this.time,
      later: (run, delay_ms) => {
        const timer = { at: this.time + delay_ms, run }
        this.timers.push(timer)
        return () => void (this.timers = this.timers.filter((other) => other !== timer))
      },
      dice: () => 1,
    },
    { onMessage: (message) => this.messages.push(message), onLink: (link) => this.links.push(link) },
  )

  get last(): FakeSocket {
    return this.sockets.at(-1)!
  }

  get link(): Link {
    return this.links.at(-1)!
  }

  pass(ms: number): void {
    const end = this.time + ms
    for (;;) {
      const due = this.timers.filter((timer) => timer.at <= end).sort((a, b) => a.at - b.at)[0]
      if (!due) break
      this.timers = this.timers.filter((timer) => timer !== due)
      this.time = due.at
      due.run()
    }
    this.time = end
  }
}

describe('the push connection', () => {
  let world: World
  beforeEach(() => {
    world = new World()
    world.socket.start()
  })

  it('is live when open and hands messages on', () => {
    world.last.onopen?.({})
    world.last.onmessage?.({ data: '{"type":"signed_out"}' })
    expect(world.link).toEqual({ state: 'live', lostAt: null, attempts: 0 })
    expect(world.messages).toEqual([{ type: 'signed_out' }])
  })

  it('takes a sign of life for one, and hands it to nobody', () => {
    world.last.onopen?.({})
    world.pass(SILENCE_MS - 1)
    world.last.onmessage?.({ data: '{"type":"alive"}' })
    world.pass(SILENCE_MS - 1)
    expect(world.messages).toEqual([])
    expect(world.last.sent).toEqual([])
  })

  it('ignores what is not a message', () => {
    world.last.onopen?.({})
    for (const data of ['nonsense', 'null', '{"no":"type"}']) world.last.onmessage?.({ data })
    expect(world.messages).toEqual([])
  })

  it('comes back after a cut, later each time, and says since when it is away', () => {
    world.last.onopen?.({})
    world.time = 1000
    world.last.onclose?.({})
    expect(world.link).toEqual({ state: 'reconnecting', lostAt: 1000, attempts: 1 })
    world.pass(399)
    expect(world.sockets).toHaveLength(1)
    world.pass(1)
    expect(world.sockets).toHaveLength(2)
    world.last.onclose?.({})
    expect(world.link).toEqual({ state: 'reconnecting', lostAt: 1000, attempts: 2 })
    world.pass(800)
    world.last.onopen?.({})
    expect(world.link.state).toBe('live')
  })

  it('questions silence and reconnects when nothing answers', () => {
    world.last.onopen?.({})
    world.pass(SILENCE_MS)
    expect(world.last.sent).toEqual(['{"type":"resync"}'])
    world.pass(ANSWER_MS)
    expect(world.sockets[0]!.closed).toBe(true)
    expect(world.link.state).toBe('reconnecting')
  })

  it('stays when the question is answered', () => {
    world.last.onopen?.({})
    world.pass(SILENCE_MS)
    world.last.onmessage?.({ data: '{"type":"snapshot"}' })
    world.pass(ANSWER_MS)
    expect(world.link.state).toBe('live')
  })

  it('can be questioned before it is silent for long, but not twice at a time', () => {
    world.socket.question()
    expect(world.last.sent).toEqual([])
    world.last.onopen?.({})
    world.socket.question()
    world.pass(ANSWER_MS - 1)
    world.socket.question()
    expect(world.last.sent).toEqual(['{"type":"resync"}'])
    world.last.onmessage?.({ data: '{"type":"snapshot"}' })
    world.socket.question()
    expect(world.last.sent).toHaveLength(2)
    world.pass(ANSWER_MS)
    expect(world.link.state).toBe('reconnecting')
  })

  it('sends only while live', () => {
    expect(world.socket.send({ type: 'claim' })).toBe(false)
    world.last.onopen?.({})
    expect(world.socket.send({ type: 'claim' })).toBe(true)
    expect(world.last.sent).toEqual(['{"type":"claim"}'])
  })

  it('hurries when asked, once', () => {
    world.last.onclose?.({})
    world.socket.hurry()
    world.socket.hurry()
    expect(world.sockets).toHaveLength(2)
    world.pass(60_000)
    expect(world.sockets).toHaveLength(2)
  })

  it('ends for good when stopped', () => {
    world.last.onopen?.({})
    world.socket.start()
    world.socket.stop()
    world.pass(600_000)
    expect(world.sockets).toHaveLength(1)
    expect(world.last.closed).toBe(true)
    expect(world.link.state).toBe('closed')
  })

  it('can be stopped by a listener in the moment of the cut', () => {
    const cut = new World()
    const stopped = new CtiSocket(
      { open: () => cut.last ?? new FakeSocket(), now: () => 0, later: () => () => undefined, dice: () => 0 },
      { onMessage: () => undefined, onLink: (link) => void (link.attempts > 0 && stopped.stop()) },
    )
    const only = new FakeSocket()
    cut.sockets.push(only)
    stopped.start()
    only.onclose?.({})
    expect(only.closed).toBe(true)
  })
})

describe('pause_ms', () => {
  it('doubles up to a limit and is spread by the dice', () => {
    expect([1, 2, 3, 20].map((attempts) => pause_ms(attempts, 1))).toEqual([400, 800, 1600, 4000])
    expect(pause_ms(1, 0)).toBe(200)
  })
})
