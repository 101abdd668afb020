// Which microphone, loudspeaker and ringer this person chose on this computer.
import { reactive, ref } from 'vue'

export type DeviceUse = 'input' | 'output' | 'ringer'
const STORED = 'callroom.devices'

export const chosen = reactive<Record<DeviceUse, string | null>>({ input: null, output: null, ringer: null, ...read() })
export const devices = ref<MediaDeviceInfo[]>([])

function read(): Partial<Record<DeviceUse, string | null>> {
  try {
    return JSON.parse(localStorage.getItem(STORED) ?? '{}') as Partial<Record<DeviceUse, string | null>>
  } catch {
    return {}
  }
}

export function choose(use: DeviceUse, deviceId: string | null): void {
  chosen[use] = deviceId || null
  localStorage.setItem(STORED, JSON.stringify(chosen))
}

/** Names are known to the page only once the microphone is allowed. */
export async function listDevices(): Promise<void> {
  devices.value = (await navigator.mediaDevices?.enumerateDevices()) ?? []
}

export function canChooseOutput(): boolean {
  return 'setSinkId' in HTMLMediaElement.prototype
}
