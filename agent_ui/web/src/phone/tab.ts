// Of all tabs of one browser, one has the telephone: a Web Lock elects it, and may be taken over.

export type TabRole = 'asking' | 'active' | 'passive'

export interface Locks {
  request(name: string, options: LockOptions, hold: (lock: unknown) => Promise<void> | void): Promise<unknown>
}

const NAME = 'callroom-softphone'

export class ActiveTab {
  private role: TabRole = 'asking'
  private release: (() => void) | null = null
  private round = 0

  constructor(
    private readonly locks: Locks,
    private readonly onRole: (role: TabRole) => void,
  ) {}

  /** Active at once if no tab is; otherwise passive until the active one closes. */
  async start(): Promise<void> {
    const round = ++this.round
    let got = false
    void this.locks.request(NAME, { ifAvailable: true }, (lock) => {
      if (round !== this.round) return
      if (lock === null) return
      got = true
      return this.hold(round)
    }).catch(() => this.lost(round)).then(() => {
      if (!got && round === this.round) this.queue(round)
    })
  }

  takeOver(): void {
    const round = this.restart()
    this.locks.request(NAME, { steal: true }, () => this.hold(round)).catch(() => this.lost(round))
  }

  stop(): void {
    this.restart()
    this.role = 'asking'
  }

  private restart(): number {
    this.release?.()
    this.release = null
    return ++this.round
  }

  private queue(round: number): void {
    this.become('passive')
    this.locks
      .request(NAME, {}, () => (round === this.round ? this.hold(round) : undefined))
      .catch(() => this.lost(round))
  }

  private hold(round: number): Promise<void> {
    return new Promise((resolve) => {
      if (round !== this.round) return resolve()
      this.release = resolve
      this.become('active')
    })
  }

  /** Stolen by another tab: wait in line again. */
  private lost(round: number): void {
    if (round !== this.round) return
    this.release = null
    this.queue(++this.round)
  }

  private become(role: TabRole): void {
    if (role === this.role) return
    this.role = role
    this.onRole(role)
  }
}
