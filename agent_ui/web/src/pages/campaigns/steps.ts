// A step of a campaign by hand, and the way back from a pause.
import { type Campaign, stepCampaign } from '@/api/campaigns'
import { i18n } from '@/i18n'
import { complain } from '@/use/problems'
import { sayUndoable } from '@/use/undo'

/** `moved` is told after a refusal, too: somebody else may have been first, and the page is to show what they did. */
export async function takeStep({ id, name }: Pick<Campaign, 'id' | 'name'>, step: string, moved: () => void): Promise<void> {
  const { t } = i18n.global
  try {
    await stepCampaign(id, step)
    if (step === 'paused') sayUndoable(t('campaigns.isPaused', { name }), t('tasks.undo'), () => takeStep({ id, name }, 'started', moved))
  } catch (error) {
    complain(error)
  }
  moved()
}
