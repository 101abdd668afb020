import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { SipSession } from './agent'
import { OFF, Softphone, type PhoneState } from './softphone'

type Listener = (event: never) => void

class Emitter {
  private listeners: [string, Listener][] = []
  on(name: string, listener: Listener): void {
    this.listeners.push([name, listener])
  }
  emit(name: string, event: unknown = {}): void {
    for (const [other, listener] of this.listeners) if (other === name) listener(event as never)
  }
}

class FakeSession extends Emitter implements SipSession {
  direction = 'incoming'
  connection: RTCPeerConnection | null = null
  established = false
  ended = false
  answer = vi.fn()
  terminate = vi.fn(() => void (this.ended = true))
  mute = vi.fn()
  unmute = vi.fn()
  sendDTMF = vi.fn()
  renegotiate = vi.fn(() => true)
  isEstablished = (): boolean => this.established
  isEnded = (): boolean => this.ended
}

class FakeAgent extends Emitter {
  start = vi.fn()
  stop = vi.fn()
}

class FakeConnection extends EventTarget {
  connectionState = 'connected'
  sender = { track: { kind: 'audio' }, replaceTrack: vi.fn() }
  getSenders = (): unknown[] => [this.sender]
}

function microphone(): { track: { stop: ReturnType<typeof vi.fn>; enabled: boolean }; stream: MediaStream } {
  const track = { stop: vi.fn(), enabled: true, kind: 'audio' }
  return { track, stream: { getTracks: () => [track], getAudioTracks: () => [track] } as unknown as MediaStream }
}

const CREDENTIALS = { extension: '1001', password: 'x', realm: 'callroom' }
let agent: FakeAgent
let state: PhoneState
let remote: (MediaStream | null)[]
let openMicrophone: ReturnType<typeof vi.fn<() => Promise<MediaStream>>>
let openSilence: ReturnType<typeof vi.fn<() => MediaStream>>
let phone: Softphone
let mayAnswer = true

beforeEach(async () => {
  agent = new FakeAgent()
  state = OFF
  remote = []
  openMicrophone = vi.fn(async () => microphone().stream)
  openSilence = vi.fn(() => microphone().stream)
  phone = new Softphone({
    makeAgent: async () => agent as never,
    openMicrophone,
    openSilence,
    mayAnswerByItself: () => mayAnswer,
    now: () => 1000,
    onState: (next) => void (state = next),
    onRemoteStream: (stream) => remote.push(stream),
  })
  await phone.start(CREDENTIALS)
})

function ring(callId: string | undefined = 'c1', rejoins = false, supervises = false, dials = false, persistent = false, connects = false): FakeSession {
  const session = new FakeSession()
  const headers: Record<string, string | undefined> = { 'X-Callroom-Call': callId, 'X-Callroom-Rejoins': rejoins ? '1' : undefined, 'X-Callroom-Supervises': supervises ? '1' : undefined, 'X-Callroom-Dials': dials ? '1' : undefined, 'X-Callroom-Persistent': persistent ? '1' : undefined, 'X-Callroom-Connects': connects ? '1' : undefined }
  const request = { getHeader: (name: string) => headers[name], from: { display_name: 'Li', uri: { user: '138' } } }
  agent.emit('newRTCSession', { originator: 'remote', session, request })
  return session
}

async function talk(): Promise<FakeSession> {
  const session = ring()
  await phone.answer()
  session.established = true
  session.emit('confirmed')
  return session
}

describe('the registration', () => {
  it('shows connecting, registered, cut, refused, off', () => {
    expect(state.link).toBe('connecting')
    agent.emit('registered')
    expect(state).toMatchObject({ link: 'registered', lostAt: null })
    agent.emit('disconnected')
    expect(state).toMatchObject({ link: 'reconnecting', lostAt: 1000 })
    agent.emit('registered')
    agent.emit('unregistered')
    expect(state.link).toBe('reconnecting')
    agent.emit('registrationFailed')
    expect(state.link).toBe('refused')
    phone.stop()
    expect(state).toEqual(OFF)
    expect(agent.stop).toHaveBeenCalled()
    agent.emit('disconnected') // the echo of stopping
    expect(state.link).toBe('off')
  })

  it('is not disturbed by the last words of the one before', async () => {
    const before = agent
    agent = new FakeAgent()
    await phone.start(CREDENTIALS)
    agent.emit('registered')
    before.emit('disconnected')
    before.emit('registrationFailed')
    before.emit('newRTCSession', { originator: 'remote', session: new FakeSession(), request: { getHeader: () => 'old' } })
    expect(state).toMatchObject({ link: 'registered', call: null })
  })

  it('is not begun when stopped while the phone is being made', async () => {
    agent = new FakeAgent()
    const starting = phone.start(CREDENTIALS)
    phone.stop()
    await starting
    expect(agent.start).not.toHaveBeenCalled()
    expect(state.link).toBe('off')
  })
})

describe('a call', () => {
  it('rings with its id, is answered with the microphone and no STUN, and is up when confirmed', async () => {
    const session = ring()
    expect(state.call).toEqual({ callId: 'c1', phase: 'ringing', muted: false, from: 'Li', rejoins: false, supervises: false, dials: false, connects: false })
    await phone.answer()
    expect(state.call?.phase).toBe('answering')
    expect(session.answer).toHaveBeenCalledWith(expect.objectContaining({ pcConfig: { iceServers: [] } }))
    session.emit('confirmed')
    expect(state.call?.phase).toBe('up')
  })

  it('goes on with the first ICE candidate', () => {
    const ready = vi.fn()
    ring().emit('icecandidate', { ready })
    expect(ready).toHaveBeenCalledOnce()
  })

  it('rings on when the microphone is refused, and says why', async () => {
    const session = ring()
    openMicrophone.mockRejectedValue(new Error('no'))
    await expect(phone.answer()).rejects.toThrow('no')
    expect(state.call?.phase).toBe('ringing')
    expect(session.answer).not.toHaveBeenCalled()
  })

  it('releases the microphone when the caller left while it was being opened', async () => {
    const { track, stream } = microphone()
    const session = ring()
    openMicrophone.mockImplementation(async () => {
      session.emit('failed')
      return stream
    })
    await phone.answer()
    expect(track.stop).toHaveBeenCalled()
    expect(session.answer).not.toHaveBeenCalled()
  })

  it('is gone when either side ends it, and the microphone is released', async () => {
    const { track, stream } = microphone()
    openMicrophone.mockResolvedValue(stream)
    const session = await talk()
    session.emit('ended')
    expect(state.call).toBeNull()
    expect(track.stop).toHaveBeenCalled()
    expect(remote.at(-1)).toBeNull()
  })

  it('is refused while another is there, and the other stays', async () => {
    await talk()
    const second = ring('c2')
    expect(second.terminate).toHaveBeenCalledWith({ status_code: 486 })
    expect(state.call?.callId).toBe('c1')
  })

  it('takes the place of one that rang when the socket was cut: its end was never heard', () => {
    const ghost = ring()
    agent.emit('disconnected')
    agent.emit('registered')
    expect(state.call?.callId).toBe('c1')
    const second = ring('c1')
    expect(ghost.isEnded()).toBe(true)
    expect(second.terminate).not.toHaveBeenCalled()
    expect(state.call).toMatchObject({ callId: 'c1', phase: 'ringing' })
  })

  it('takes the place of one that ended without a word', async () => {
    const first = await talk()
    first.ended = true
    ring('c2')
    expect(state.call?.callId).toBe('c2')
  })

  it('is a plain call without an id; one that this page placed is not its business', () => {
    ring(undefined as never)
    agent.emit('newRTCSession', { originator: 'local', session: new FakeSession(), request: {} })
    expect(state.call?.from).toBe('Li')
  })

  it('mutes, unmutes and sends keys only while up', async () => {
    const session = ring()
    phone.mute(true)
    phone.sendKey('1')
    expect(session.mute).not.toHaveBeenCalled()
    expect(session.sendDTMF).not.toHaveBeenCalled()
    await phone.answer()
    session.emit('confirmed')
    phone.mute(true)
    expect(state.call?.muted).toBe(true)
    phone.mute(false)
    expect(session.unmute).toHaveBeenCalled()
    phone.sendKey('x')
    phone.sendKey('#')
    expect(session.sendDTMF).toHaveBeenCalledOnce()
    expect(session.sendDTMF).toHaveBeenCalledWith('#', { transportType: 'RFC2833', duration: 120 })
  })

  it('is refused as busy when dropped while ringing, ended when up, and only once', async () => {
    const ringing = ring()
    phone.drop('person')
    expect(ringing.terminate).toHaveBeenCalledWith({ status_code: 486 })
    const up = await talk()
    phone.drop('person')
    phone.drop('person')
    expect(up.terminate).toHaveBeenCalledOnce()
  })

  it('says whose doing its end is: a person\'s, a page\'s, or that of media that failed', async () => {
    const byPerson = await talk()
    phone.drop('person')
    expect(byPerson.terminate).toHaveBeenCalledWith({ extraHeaders: ['Reason: Q.850;cause=31'] })
    const byPage = await talk()
    phone.stop()
    expect(byPage.terminate).toHaveBeenCalledWith({ extraHeaders: ['Reason: Q.850;cause=27'] })
  })

  it('that the agent was in is answered by itself and takes the place of its old leg', async () => {
    const old = await talk()
    const back = ring('c1', true)
    expect(old.terminate).toHaveBeenCalledWith({ extraHeaders: ['Reason: Q.850;cause=27'] })
    await vi.waitFor(() => expect(back.answer).toHaveBeenCalledOnce())
    expect(state.call).toMatchObject({ callId: 'c1', phase: 'answering', rejoins: true })
  })

  it('that is for the shift is answered by itself, and takes the place of the one before', async () => {
    const first = ring(undefined, false, false, false, true)
    await vi.waitFor(() => expect(first.answer).toHaveBeenCalledOnce())
    first.established = true
    first.emit('confirmed')
    expect(state.call).toMatchObject({ callId: 'c1', phase: 'up', persistent: true })
    const second = ring(undefined, false, false, false, true)
    expect(first.terminate).toHaveBeenCalled()
    await vi.waitFor(() => expect(second.answer).toHaveBeenCalledOnce())
  })

  it('of somebody whom a campaign called is answered by itself, unless the microphone is not allowed', async () => {
    const waiting = ring('c1', false, false, false, false, true)
    await vi.waitFor(() => expect(waiting.answer).toHaveBeenCalledOnce())
    expect(state.call).toMatchObject({ callId: 'c1', phase: 'answering', connects: true })
    phone.drop('page')
    mayAnswer = false
    const rings = ring('c2', false, false, false, false, true)
    expect(state.call?.phase).toBe('ringing')
    expect(rings.answer).not.toHaveBeenCalled()
  })

  it('that the agent was in rings when the microphone is not allowed any more', async () => {
    mayAnswer = false
    const asked = ring('c1', true)
    expect(state.call?.phase).toBe('ringing')
    expect(asked.answer).not.toHaveBeenCalled()
    mayAnswer = true
    openMicrophone.mockRejectedValue(new Error('no'))
    const refused = ring('c1', true)
    await vi.waitFor(() => expect(openMicrophone).toHaveBeenCalledOnce())
    await vi.waitFor(() => expect(state.call?.phase).toBe('ringing'))
    expect(refused.answer).not.toHaveBeenCalled()
  })

  it('that rings in a page that goes away is not declined', () => {
    const ringing = ring()
    phone.stop()
    expect(ringing.terminate).toHaveBeenCalledWith({ status_code: 503 })
  })
})

describe('a lost signalling socket', () => {
  it('is followed by an UPDATE of the call once registered again, and only then', async () => {
    const session = await talk()
    agent.emit('registered') // a plain refresh
    expect(session.renegotiate).not.toHaveBeenCalled()
    agent.emit('disconnected')
    expect(state.call?.phase).toBe('up')
    agent.emit('registered')
    agent.emit('registered')
    expect(session.renegotiate).toHaveBeenCalledOnce()
    expect(session.renegotiate).toHaveBeenCalledWith({ useUpdate: true })
  })
})

describe('the media', () => {
  it('hands the other side\'s sound on and ends the call when its connection failed', async () => {
    const session = await talk()
    const connection = new FakeConnection()
    session.emit('peerconnection', { peerconnection: connection })
    const stream = {}
    connection.dispatchEvent(Object.assign(new Event('track'), { streams: [stream], track: {} }))
    expect(remote.at(-1)).toBe(stream)
    connection.dispatchEvent(new Event('connectionstatechange'))
    expect(state.call).not.toBeNull()
    connection.connectionState = 'failed'
    connection.dispatchEvent(new Event('connectionstatechange'))
    expect(state.call).toBeNull()
  })

  it('changes the microphone in a call and keeps it muted', async () => {
    await phone.changeMicrophone() // nothing to change yet
    const session = await talk()
    const connection = new FakeConnection()
    session.connection = connection as unknown as RTCPeerConnection
    phone.mute(true)
    const { track, stream } = microphone()
    openMicrophone.mockResolvedValue(stream)
    await phone.changeMicrophone()
    expect(connection.sender.replaceTrack).toHaveBeenCalledWith(track)
    expect(track.enabled).toBe(false)
    connection.getSenders = () => []
    await phone.changeMicrophone()
    expect(track.stop).toHaveBeenCalled()
  })
})

describe('a talk that is attended', () => {
  it('is taken by itself and without a microphone, also where none is allowed', async () => {
    mayAnswer = false
    openMicrophone.mockRejectedValue(new Error('denied'))
    const session = ring('c1', false, true)
    await vi.waitFor(() => expect(session.answer).toHaveBeenCalled())
    expect(openSilence).toHaveBeenCalledOnce()
    expect(openMicrophone).not.toHaveBeenCalled()
    session.emit('confirmed')
    expect(state.call).toMatchObject({ phase: 'up', supervises: true })
    mayAnswer = true
  })

  it('gets a voice when it is asked for, and no other device before', async () => {
    const session = ring('c1', false, true)
    await vi.waitFor(() => expect(session.answer).toHaveBeenCalled())
    session.emit('confirmed')
    const connection = new FakeConnection()
    session.connection = connection as unknown as RTCPeerConnection
    await phone.changeMicrophone()
    expect(openMicrophone).not.toHaveBeenCalled()
    await phone.takeMicrophone()
    expect(connection.sender.replaceTrack).toHaveBeenCalledOnce()
    await phone.changeMicrophone()
    expect(openMicrophone).toHaveBeenCalledTimes(2)
  })
})
