// What the softphone uses of JsSIP, as small types, and the place where the real one is made.
// JsSIP is loaded only when a phone is needed: who has no extension never fetches it.

export interface Credentials {
  extension: string
  password: string
  realm: string
  /** The phones' own port, which answers also while Callroom's main process is away; null: the page's. */
  ws_port?: number | null
}

type Listener = (event: never) => void

export interface SipSession {
  readonly direction: string
  readonly connection: RTCPeerConnection | null
  on(name: string, listener: Listener): unknown
  answer(options: object): void
  terminate(options?: object): void
  mute(options: object): void
  unmute(options: object): void
  sendDTMF(tone: string, options: object): void
  renegotiate(options: object): boolean
  isEstablished(): boolean
  isEnded(): boolean
}

export interface SipAgent {
  on(name: string, listener: Listener): unknown
  start(): void
  stop(): void
}

export interface NewSession {
  originator: string
  session: SipSession
  request: {
    getHeader(name: string): string | undefined
    from?: { display_name?: string; uri?: { user?: string } }
  }
}

export type MakeAgent = (credentials: Credentials) => Promise<SipAgent>

/** SIP through the phones' door of the host that the page came from; it lets only this account through. */
export const makeJsSipAgent: MakeAgent = async ({ extension, password, realm, ws_port }) => {
  const { UA, WebSocketInterface } = await import('jssip')
  const scheme = location.protocol === 'https:' ? 'wss' : 'ws'
  const host = ws_port ? `${location.hostname}:${ws_port}` : location.host
  const agent = new UA({
    sockets: [new WebSocketInterface(`${scheme}://${host}/sip`)],
    uri: `sip:${extension}@${realm}`,
    // Asterisk addresses its INVITE to the contact, and a browser's own requests in that call then come from this name:
    // the proxy lets only the extension speak.
    contact_uri: `sip:${extension}@${Math.random().toString(36).slice(2, 14)}.invalid;transport=ws`,
    authorization_user: extension,
    password,
    register_expires: 120,
    // With the default, JsSIP kills a call after 43 s without signalling while its audio still flows (measured).
    session_timers: false,
    connection_recovery_min_interval: 1,
    connection_recovery_max_interval: 8,
    user_agent: 'Callroom',
  })
  return agent as unknown as SipAgent
}
