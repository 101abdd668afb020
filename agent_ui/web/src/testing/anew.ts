// Runs before each file of tests. They share a worker, because to start one costs more than most of them; what a file
// mocked or changed stays its own: modules are evaluated anew, and globals, clock and spies are put back.
import { afterAll, vi } from 'vitest'

vi.resetModules()
afterAll(() => {
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
  vi.useRealTimers()
})
