// May the page use a microphone, and which one; every refusal has a name that the screen explains.

export type MicrophoneState = 'unknown' | 'ask' | 'granted' | 'denied' | 'missing' | 'busy' | 'insecure'

export class MicrophoneError extends Error {
  constructor(readonly state: MicrophoneState) {
    super(`microphone: ${state}`)
    this.name = 'MicrophoneError'
  }
}

const NAMES: Record<string, MicrophoneState> = {
  NotAllowedError: 'denied',
  SecurityError: 'denied',
  NotFoundError: 'missing',
  OverconstrainedError: 'missing',
  NotReadableError: 'busy',
  AbortError: 'busy',
}

export function refusalOf(error: unknown): MicrophoneState {
  return (error instanceof Error && NAMES[error.name]) || 'busy'
}

/** Browsers hand out microphones only on https, localhost and 127.0.0.1. */
export function isUsable(): boolean {
  return window.isSecureContext && navigator.mediaDevices !== undefined
}

export async function openMicrophone(deviceId: string | null): Promise<MediaStream> {
  if (!isUsable()) throw new MicrophoneError('insecure')
  const audio: MediaTrackConstraints = { echoCancellation: true, noiseSuppression: true, autoGainControl: true }
  try {
    if (!deviceId) return await navigator.mediaDevices.getUserMedia({ audio })
    return await navigator.mediaDevices.getUserMedia({ audio: { ...audio, deviceId: { exact: deviceId } } })
  } catch (error) {
    // The chosen headset is unplugged: any other microphone is better than a lost caller.
    if (deviceId && refusalOf(error) === 'missing') return openMicrophone(null)
    throw new MicrophoneError(refusalOf(error))
  }
}

/** A stream with a track that carries nothing. */
export function openSilence(): MediaStream {
  const context = new AudioContext()
  const stream = context.createMediaStreamDestination().stream
  // The context lives as long as its track is wanted.
  const [track] = stream.getAudioTracks()
  const stop = track!.stop.bind(track)
  track!.stop = () => {
    stop()
    void context.close()
  }
  return stream
}

/** Follows the browser's permission; calls back at once and at every change. */
export async function watchPermission(onState: (state: MicrophoneState) => void): Promise<void> {
  if (!isUsable()) return onState('insecure')
  try {
    const status = await navigator.permissions.query({ name: 'microphone' as PermissionName })
    const tell = (): void => onState(status.state === 'granted' ? 'granted' : status.state === 'denied' ? 'denied' : 'ask')
    status.addEventListener('change', tell)
    tell()
  } catch {
    onState('ask') // a browser that does not tell is asked
  }
}
