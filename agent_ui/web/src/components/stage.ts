// One sound at a time: whoever starts to play silences the one before.
let current: HTMLMediaElement | null = null

export function takeStage(next: HTMLMediaElement): void {
  if (current !== next) current?.pause()
  current = next
}
