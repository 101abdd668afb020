import { beforeEach, describe, expect, it, vi } from 'vitest'
import { askDelete } from './ask'
import { complain } from './problems'
import { removeAsked } from './removing'

vi.mock('./ask', () => ({ askDelete: vi.fn() }))
vi.mock('./problems', () => ({ complain: vi.fn() }))

describe('removeAsked', () => {
  beforeEach(() => vi.clearAllMocks())

  it('asks by name and consequence, then removes', async () => {
    vi.mocked(askDelete).mockResolvedValue(true)
    const remove = vi.fn().mockResolvedValue(undefined)
    await removeAsked('4001', 'Callers are turned away.', remove)
    expect(askDelete).toHaveBeenCalledWith('4001', 'Callers are turned away.')
    expect(remove).toHaveBeenCalledOnce()
    expect(complain).not.toHaveBeenCalled()
  })

  it('removes nothing without a yes', async () => {
    vi.mocked(askDelete).mockResolvedValue(false)
    const remove = vi.fn()
    await removeAsked('4001', '', remove)
    expect(remove).not.toHaveBeenCalled()
  })

  it('says what the server refused', async () => {
    vi.mocked(askDelete).mockResolvedValue(true)
    const refusal = new Error('in_use')
    await removeAsked('4001', '', () => Promise.reject(refusal))
    expect(complain).toHaveBeenCalledWith(refusal)
  })
})
