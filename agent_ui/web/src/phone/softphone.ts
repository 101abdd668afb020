// The telephone in the page: one registration, one call, media. What the call means is the push connection's word.
import type { Credentials, MakeAgent, NewSession, SipAgent, SipSession } from './agent'

export type PhoneLink = 'off' | 'connecting' | 'registered' | 'reconnecting' | 'refused'

export interface PhoneCall {
  /** Callroom's id from the INVITE; null for a call that Callroom knows nothing of. */
  readonly callId: string | null
  readonly phase: 'ringing' | 'answering' | 'up'
  readonly muted: boolean
  readonly from: string
  /** Callroom rings this page for the talk that its agent was in a moment ago. */
  readonly rejoins: boolean
  /** Callroom rings this page because its supervisor asked to attend a talk. */
  readonly supervises: boolean
  /** Callroom rings this page because its agent calls somebody. */
  readonly dials: boolean
  /** Somebody whom a campaign called has answered: this page takes them by itself. */
  readonly connects: boolean
  /** Up through the shift: calls come and go on it, and it is of none by itself. */
  readonly persistent?: boolean
  /** The sound is at another telephone; here are the buttons. */
  readonly elsewhere?: boolean
}

export interface PhoneState {
  readonly link: PhoneLink
  readonly lostAt: number | null
  readonly call: PhoneCall | null
}

export interface PhonePorts {
  makeAgent: MakeAgent
  /** Rejects when there is no microphone to be had. */
  openMicrophone(): Promise<MediaStream>
  /** A voice that says nothing, for who only listens: no microphone is needed. */
  openSilence(): MediaStream
  /** A call that the agent was in is taken without a press, if the microphone is allowed. */
  mayAnswerByItself(): boolean
  now(): number
  onState(state: PhoneState): void
  onRemoteStream(stream: MediaStream | null): void
}

export const OFF: PhoneState = { link: 'off', lostAt: null, call: null }
const BUSY_HERE = 486
/** Not the person's doing: Callroom reads it as a lost phone, and 486 as a declined call. */
const SERVICE_UNAVAILABLE = 503

/** Whose doing the end of a leg is: Callroom holds the caller for an agent whose page went. */
export type Ender = 'person' | 'page'
/** Q.850 in the BYE's Reason header (RFC 3326), which Asterisk hands on; `cti.domain.rejoin` reads it. */
const CAUSES: Record<Ender, number> = { person: 31, page: 27 }

export class Softphone {
  private state: PhoneState = OFF
  private agent: SipAgent | null = null
  private session: SipSession | null = null
  private microphone: MediaStream | null = null
  private starts = 0
  private wasCut = false
  private isSilent = false
  /** It rang when the socket was cut: its CANCEL cannot reach us any more. */
  private doubtful: SipSession | null = null

  constructor(private readonly ports: PhonePorts) {}

  async start(credentials: Credentials): Promise<void> {
    this.stop()
    const start = ++this.starts
    this.set({ link: 'connecting', lostAt: this.ports.now() })
    const agent = await this.ports.makeAgent(credentials)
    if (start !== this.starts) return // stopped while it was being made
    this.agent = agent
    // A stopped agent goes on for 2 s to unregister; what it still says must not touch its successor.
    const ifCurrent = <E>(run: (event: E) => void) => (event: E) => void (this.agent === agent && run(event))
    agent.on('disconnected', ifCurrent(() => this.cut()))
    agent.on('registered', ifCurrent(() => this.registered()))
    agent.on('unregistered', ifCurrent(() => this.cut()))
    agent.on('registrationFailed', ifCurrent(() => this.refused()))
    agent.on('newRTCSession', ifCurrent((event: NewSession) => this.arrived(event)))
    agent.start()
  }

  /** Ends the call and the registration; on `pagehide` this is what keeps no dead channel in Asterisk. */
  stop(): void {
    this.starts += 1
    this.drop('page')
    const agent = this.agent
    this.agent = null
    this.wasCut = false
    agent?.stop()
    this.set({ link: 'off', lostAt: null })
  }

  async answer(): Promise<void> {
    await this.answerWith(() => this.ports.openMicrophone())
  }

  private async answerWith(open: () => Promise<MediaStream> | MediaStream): Promise<void> {
    const session = this.session
    if (!session || this.state.call?.phase !== 'ringing') return
    this.setCall({ phase: 'answering' })
    try {
      const stream = await open()
      if (this.session !== session) return stopTracks(stream)
      this.microphone = stream
      // No STUN: phone and page are on one network, and a silent STUN server costs 40 s (measured).
      session.answer({ mediaStream: stream, pcConfig: { iceServers: [] } })
    } catch (error) {
      if (this.session === session) this.setCall({ phase: 'ringing' })
      throw error
    }
  }

  /** Ends or refuses the leg here. */
  drop(by: Ender): void {
    const session = this.session
    if (!session) return
    const wasRinging = this.state.call?.phase === 'ringing'
    this.forget(session)
    if (session.isEnded()) return
    if (wasRinging) session.terminate({ status_code: by === 'person' ? BUSY_HERE : SERVICE_UNAVAILABLE })
    else session.terminate({ extraHeaders: [`Reason: Q.850;cause=${CAUSES[by]}`] })
  }

  mute(muted: boolean): void {
    if (!this.session || this.state.call?.phase !== 'up') return
    if (muted) this.session.mute({ audio: true })
    else this.session.unmute({ audio: true })
    this.setCall({ muted })
  }

  sendKey(key: string): void {
    if (this.state.call?.phase === 'up' && /^[0-9*#]$/.test(key)) this.session?.sendDTMF(key, { transportType: 'RFC2833', duration: 120 })
  }

  /** Another microphone in the middle of a call; who only listens has none to change. */
  async changeMicrophone(): Promise<void> {
    if (!this.isSilent) await this.takeMicrophone()
  }

  /** From listening to speaking: rejects when there is no microphone to be had. */
  async takeMicrophone(): Promise<void> {
    const connection = this.session?.connection
    if (!connection || !this.microphone) return
    const stream = await this.ports.openMicrophone()
    const [track] = stream.getAudioTracks()
    const sender = connection.getSenders().find((other) => other.track?.kind === 'audio')
    if (!track || !sender) return stopTracks(stream)
    track.enabled = !this.state.call?.muted
    await sender.replaceTrack(track)
    stopTracks(this.microphone)
    this.microphone = stream
    this.isSilent = false
  }

  private arrived({ originator, session, request }: NewSession): void {
    if (originator !== 'remote') return
    // Asterisk rings once at a time: a second ring says that the doubtful one is over.
    const rejoins = request.getHeader('X-Callroom-Rejoins') === '1'
    const supervises = request.getHeader('X-Callroom-Supervises') === '1'
    const dials = request.getHeader('X-Callroom-Dials') === '1'
    const connects = request.getHeader('X-Callroom-Connects') === '1'
    const persistent = request.getHeader('X-Callroom-Persistent') === '1'
    // A leg of before a lost network is gone at Asterisk, or it would not ring for the same talk, or for the shift.
    if (this.session === this.doubtful || rejoins || persistent) this.drop('page')
    if (this.session && !this.session.isEnded()) {
      session.terminate({ status_code: BUSY_HERE })
      return
    }
    if (this.session) this.forget(this.session)
    this.session = session
    const from = request.from?.display_name || request.from?.uri?.user || ''
    this.set({ call: { callId: request.getHeader('X-Callroom-Call') || null, phase: 'ringing', muted: false, from, rejoins, supervises, dials, connects, ...(persistent && { persistent }) } })
    this.follow(session)
    this.isSilent = supervises
    if (supervises) void this.answerWith(() => this.ports.openSilence()).catch(() => undefined)
    // Without success it rings, and one press is enough.
    if ((rejoins || dials || connects || persistent) && this.ports.mayAnswerByItself()) void this.answer().catch(() => undefined)
  }

  private follow(session: SipSession): void {
    session.on('peerconnection', ({ peerconnection }: { peerconnection: RTCPeerConnection }) => this.watch(session, peerconnection))
    // The first candidate is enough: the other side learns the rest from the checks.
    session.on('icecandidate', ({ ready }: { ready: () => void }) => ready())
    session.on('confirmed', () => this.session === session && this.setCall({ phase: 'up' }))
    session.on('ended', () => this.forget(session))
    session.on('failed', () => this.forget(session))
  }

  private watch(session: SipSession, connection: RTCPeerConnection): void {
    connection.addEventListener('track', ({ track, streams }) => {
      if (this.session === session) this.ports.onRemoteStream(streams[0] ?? new MediaStream([track]))
    })
    connection.addEventListener('connectionstatechange', () => {
      // A BYE can be lost with an old socket; then only the media tells that the other side is gone (measured).
      if (connection.connectionState === 'failed' && this.session === session) this.drop('page')
    })
  }

  private registered(): void {
    const session = this.session
    this.set({ link: 'registered', lostAt: null })
    // After a new socket Asterisk still sends this dialog's requests to the old one, until an UPDATE tells it.
    if (this.wasCut && session?.isEstablished()) session.renegotiate({ useUpdate: true })
    this.wasCut = false
  }

  private refused(): void {
    this.set({ link: 'refused', lostAt: this.state.lostAt ?? this.ports.now() })
  }

  private cut(): void {
    this.wasCut = true
    if (this.session && !this.session.isEstablished()) this.doubtful = this.session
    this.set({ link: 'reconnecting', lostAt: this.state.lostAt ?? this.ports.now() })
  }

  private forget(session: SipSession): void {
    if (this.session !== session) return
    this.session = this.doubtful = null
    if (this.microphone) stopTracks(this.microphone)
    this.microphone = null
    this.ports.onRemoteStream(null)
    this.set({ call: null })
  }

  private setCall(part: Partial<PhoneCall>): void {
    if (this.state.call) this.set({ call: { ...this.state.call, ...part } })
  }

  private set(part: Partial<PhoneState>): void {
    this.state = { ...this.state, ...part }
    this.ports.onState(this.state)
  }
}

function stopTracks(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop()
}
