import { beforeEach, describe, expect, it, vi } from 'vitest'
import { AGAIN_MS, FIRST_MS, Rejoiner } from './rejoiner'

const rejoin = vi.fn(async () => undefined)
const hangUp = vi.fn(async () => undefined)
let ended: string | null
let rejoiner: Rejoiner

beforeEach(() => {
  vi.useFakeTimers()
  rejoin.mockReset().mockResolvedValue(undefined)
  hangUp.mockReset().mockResolvedValue(undefined)
  ended = null
  rejoiner = new Rejoiner({
    rejoin,
    hangUp,
    isEndedHere: (callId) => callId === ended,
    later: (run, delay_ms) => {
      const timer = setTimeout(run, delay_ms)
      return () => clearTimeout(timer)
    },
  })
})

describe('a page without the leg of its call', () => {
  it('waits for Callroom to ring by itself, then asks until it has a leg', async () => {
    rejoiner.look('c1')
    await vi.advanceTimersByTimeAsync(FIRST_MS - 1)
    expect(rejoin).not.toHaveBeenCalled()
    await vi.advanceTimersByTimeAsync(1)
    expect(rejoin).toHaveBeenCalledExactlyOnceWith('c1')
    rejoiner.look('c1')
    await vi.advanceTimersByTimeAsync(2 * AGAIN_MS)
    expect(rejoin).toHaveBeenCalledTimes(3)
    rejoiner.look(null)
    await vi.advanceTimersByTimeAsync(3 * AGAIN_MS)
    expect(rejoin).toHaveBeenCalledTimes(3)
    expect(hangUp).not.toHaveBeenCalled()
  })

  it('asks nothing when the leg comes by itself', async () => {
    rejoiner.look('c1')
    rejoiner.look(null)
    await vi.advanceTimersByTimeAsync(AGAIN_MS)
    expect(rejoin).not.toHaveBeenCalled()
  })

  it('goes on when it is refused or not heard', async () => {
    rejoin.mockRejectedValueOnce(new Error('network'))
    rejoiner.look('c1')
    await vi.advanceTimersByTimeAsync(FIRST_MS + AGAIN_MS)
    expect(rejoin).toHaveBeenCalledTimes(2)
  })

  it('forgets a call that is replaced while it asks', async () => {
    let answer: () => void = () => undefined
    rejoin.mockReturnValueOnce(new Promise((resolve) => (answer = () => resolve(undefined))))
    rejoiner.look('c1')
    await vi.advanceTimersByTimeAsync(FIRST_MS)
    rejoiner.look(null)
    answer()
    await vi.advanceTimersByTimeAsync(3 * AGAIN_MS)
    expect(rejoin).toHaveBeenCalledTimes(1)
  })

  it('ends what the person ended without Callroom', async () => {
    ended = 'c1'
    rejoiner.look('c1')
    await vi.advanceTimersByTimeAsync(FIRST_MS)
    expect(hangUp).toHaveBeenCalledExactlyOnceWith('c1')
    expect(rejoin).not.toHaveBeenCalled()
  })
})
