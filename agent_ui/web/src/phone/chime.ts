// Two short tones that say "look here"; unlike the ring they come once.

const TONES_HZ = [880, 660]
const TONE_S = 0.18
const LOUDNESS = 0.12

export class Chime {
  private context: AudioContext | null = null

  /** Browsers let a page sound only after a click or key: call this from one. */
  unlock(): void {
    this.context ??= new AudioContext()
    if (this.context.state === 'suspended') void this.context.resume().catch(() => undefined)
  }

  play(): void {
    const context = this.context
    if (!context || context.state !== 'running') return
    TONES_HZ.forEach((hertz, place) => {
      const start = context.currentTime + place * TONE_S
      const gain = context.createGain()
      gain.gain.setValueAtTime(LOUDNESS, start)
      gain.gain.linearRampToValueAtTime(0, start + TONE_S)
      gain.connect(context.destination)
      const tone = context.createOscillator()
      tone.frequency.value = hertz
      tone.connect(gain)
      tone.start(start)
      tone.stop(start + TONE_S)
    })
  }
}
