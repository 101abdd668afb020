import { beforeEach, expect, it, vi } from 'vitest'
import { stepCampaign } from '@/api/campaigns'
import { complain } from '@/use/problems'
import { sayUndoable } from '@/use/undo'
import { takeStep } from './steps'

vi.mock('@/api/campaigns', () => ({ stepCampaign: vi.fn() }))
vi.mock('@/i18n', () => ({ i18n: { global: { t: (key: string) => key } } }))
vi.mock('@/use/problems', () => ({ complain: vi.fn() }))
vi.mock('@/use/undo', () => ({ sayUndoable: vi.fn() }))

const one = { id: 7, name: 'Spring' }
beforeEach(() => void vi.clearAllMocks())

it('looks again after a refusal, so that the page shows what somebody else did', async () => {
  const [refusal, moved] = [new Error('campaign_moved'), vi.fn()]
  vi.mocked(stepCampaign).mockRejectedValueOnce(refusal)
  await takeStep(one, 'paused', moved)
  expect(complain).toHaveBeenCalledWith(refusal)
  expect(sayUndoable).not.toHaveBeenCalled()
  expect(moved).toHaveBeenCalledOnce()
})

it('offers the way back from a pause, and from nothing else', async () => {
  const moved = vi.fn()
  await takeStep(one, 'started', moved)
  expect(sayUndoable).not.toHaveBeenCalled()
  await takeStep(one, 'paused', moved)
  await vi.mocked(sayUndoable).mock.calls[0]![2]()
  expect(vi.mocked(stepCampaign).mock.calls).toEqual([[7, 'started'], [7, 'paused'], [7, 'started']])
  expect(moved).toHaveBeenCalledTimes(3)
})
