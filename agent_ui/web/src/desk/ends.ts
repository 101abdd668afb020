// Calls that the person ended here: not to be taken up again when the network is back and Callroom still has them.
const KEY = 'callroom.ended'

export function rememberEnd(callId: string): void {
  sessionStorage.setItem(KEY, callId)
}

export function isEndedHere(callId: string): boolean {
  return sessionStorage.getItem(KEY) === callId
}
