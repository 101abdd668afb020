// Why a button at the seat cannot be pressed now: the word for it, the nearest cause first; null when it can.

import type { AgentView } from '@/cti/views'

export interface Seat {
  /** The page hears from Callroom. */
  isLive: boolean
  /** This tab has the telephone. */
  hasPhone: boolean
  /** The floor sees a telephone of this agent. */
  isReachable: boolean
  /** A leg rings here. */
  hasLeg: boolean
  /** They talk at another telephone than the page. */
  isElsewhere: boolean
  /** The dial rules do not let that telephone be called. */
  isRefused: boolean
}

export type Hindrance = 'offline' | 'otherTab' | 'phone' | 'elsewhere' | 'refused'

/** Callroom and the telephone are both needed. */
export function whyNotReady({ isLive, hasPhone, isReachable, isElsewhere, isRefused }: Seat): Hindrance | null {
  if (!isLive) return 'offline'
  if (isRefused) return 'refused'
  if (!hasPhone && !isElsewhere) return 'otherTab'
  return isReachable ? null : 'phone'
}

/** The telephone alone is needed: a call can be taken while Callroom is away. */
export function whyNotAnswer({ hasPhone, hasLeg, isElsewhere }: Seat): Hindrance | null {
  if (isElsewhere) return 'elsewhere'
  if (!hasPhone) return 'otherTab'
  return hasLeg ? null : 'phone'
}

/** Callroom and the telephone are needed, and the agent must be free: a call that is over needs its disposition first. */
export function whyNotDial(seat: Seat, agent: Pick<AgentView, 'state' | 'needs_disposition'> | null): Hindrance | 'inCall' | 'disposition' | 'signedOut' | null {
  const hindrance = whyNotReady(seat)
  if (hindrance === 'offline' || agent === null) return 'offline'
  if (agent.state === 'signed_out') return 'signedOut'
  if (agent.state === 'ringing' || agent.state === 'dialing' || agent.state === 'talking') return 'inCall'
  return hindrance ?? (agent.needs_disposition ? 'disposition' : null)
}

/** What the server must be told. */
export function whyNotTell({ isLive }: Seat): Hindrance | null {
  return isLive ? null : 'offline'
}

/** The sound of the call is needed: it is in one tab only; of another telephone the server has it. */
export function whyNotSound({ isLive, hasPhone, isElsewhere }: Seat): Hindrance | null {
  if (isElsewhere) return isLive ? null : 'offline'
  return hasPhone ? null : 'otherTab'
}
