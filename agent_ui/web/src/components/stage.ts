// One sound at a time: whoever starts to play silences the one before.
let current: HTMLMediaElement | null = null

export function takeStage(next: HTMLMediaElement): void {
  if (current !== next) current?.pause()
  current = next
}

/** A sound that is fetched when it is played and not before: each fetch is a hearing in the audit log. */
export function silentAudio(src?: string): HTMLAudioElement {
  const made = new Audio()
  made.preload = 'none'
  if (src !== undefined) made.src = src
  return made
}
