import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { effectScope } from 'vue'
import { useSoon } from './soon'

describe('soon', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  it('works once, when it has been quiet long enough', () => {
    const work = vi.fn(async () => undefined)
    const soon = effectScope().run(() => useSoon(work, 250))!
    soon()
    vi.advanceTimersByTime(200)
    soon()
    vi.advanceTimersByTime(249)
    expect(work).not.toHaveBeenCalled()
    vi.advanceTimersByTime(1)
    expect(work).toHaveBeenCalledOnce()
  })

  it('does nothing once the page is gone', () => {
    const work = vi.fn(async () => undefined)
    const scope = effectScope()
    scope.run(() => useSoon(work, 250))!()
    scope.stop()
    vi.advanceTimersByTime(1000)
    expect(work).not.toHaveBeenCalled()
  })
})
