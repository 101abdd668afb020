import { afterEach, describe, expect, it, vi } from 'vitest'
import { silentAudio } from './stage'

afterEach(() => vi.unstubAllGlobals())

describe('a sound that nobody plays yet', () => {
  it('is not fetched, since each fetch is a hearing in the audit log', () => {
    const order: string[] = []
    class Recorder {
      set preload(value: string) {
        order.push(`preload ${value}`)
      }
      set src(value: string) {
        order.push(`src ${value}`)
      }
    }
    vi.stubGlobal('Audio', Recorder)
    silentAudio('/a.mp3')
    silentAudio()
    expect(order).toEqual(['preload none', 'src /a.mp3', 'preload none'])
  })
})
