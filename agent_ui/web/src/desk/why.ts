// Why a button at the seat cannot be pressed now: the word for it, the nearest cause first; null when it can.

export interface Seat {
  /** The page hears from Callroom. */
  isLive: boolean
  /** This tab has the telephone. */
  hasPhone: boolean
  /** The floor sees a telephone of this agent. */
  isReachable: boolean
  /** A leg rings here. */
  hasLeg: boolean
}

export type Hindrance = 'offline' | 'otherTab' | 'phone'

/** Callroom and the telephone are both needed. */
export function whyNotReady({ isLive, hasPhone, isReachable }: Seat): Hindrance | null {
  if (!isLive) return 'offline'
  if (!hasPhone) return 'otherTab'
  return isReachable ? null : 'phone'
}

/** The telephone alone is needed: a call can be taken while Callroom is away. */
export function whyNotAnswer({ hasPhone, hasLeg }: Seat): Hindrance | null {
  if (!hasPhone) return 'otherTab'
  return hasLeg ? null : 'phone'
}

/** What the server must be told. */
export function whyNotTell({ isLive }: Seat): Hindrance | null {
  return isLive ? null : 'offline'
}

/** The sound of the call is needed: it is in one tab only. */
export function whyNotSound({ hasPhone }: Seat): Hindrance | null {
  return hasPhone ? null : 'otherTab'
}
