// The ring, made of two sine tones: nothing to download, and on a device of its own if wanted.

const TONES_HZ = [440, 480]
const RING_S = 1.2
const SILENCE_S = 2.4
const LOUDNESS = 0.14
const BEEP_HZ = 1000
const BEEP_S = 0.15

type SinkContext = AudioContext & { setSinkId?: (id: string) => Promise<void> }

export class Ringtone {
  private context: SinkContext | null = null
  private timer: ReturnType<typeof setInterval> | null = null
  private sounding: OscillatorNode[] = []

  /** Browsers let a page sound only after a click or key: call this from one. */
  unlock(): void {
    this.context ??= new AudioContext()
    if (this.context.state === 'suspended') void this.context.resume().catch(() => undefined)
  }

  async useDevice(deviceId: string | null): Promise<void> {
    this.unlock()
    await this.context?.setSinkId?.(deviceId ?? '').catch(() => undefined)
  }

  start(): void {
    if (this.timer) return
    this.unlock()
    this.ringOnce()
    this.timer = setInterval(() => this.ringOnce(), (RING_S + SILENCE_S) * 1000)
  }

  stop(): void {
    if (this.timer) clearInterval(this.timer)
    this.timer = null
    for (const tone of this.sounding) tone.stop()
    this.sounding = []
  }

  /** Somebody is on the line from now on. */
  beep(): void {
    this.sound([BEEP_HZ], BEEP_S, 0.02)
  }

  private ringOnce(): void {
    this.sounding = this.sound(TONES_HZ, RING_S, 0.1)
  }

  private sound(tones: number[], length: number, fade: number): OscillatorNode[] {
    const context = this.context
    if (!context || context.state !== 'running') return []
    const gain = context.createGain()
    const start = context.currentTime
    gain.gain.setValueAtTime(0, start)
    gain.gain.linearRampToValueAtTime(LOUDNESS, start + fade / 2)
    gain.gain.setValueAtTime(LOUDNESS, start + length - fade)
    gain.gain.linearRampToValueAtTime(0, start + length)
    gain.connect(context.destination)
    return tones.map((hertz) => {
      const tone = context.createOscillator()
      tone.frequency.value = hertz
      tone.connect(gain)
      tone.start(start)
      tone.stop(start + length)
      return tone
    })
  }
}
