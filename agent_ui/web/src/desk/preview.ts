// Whom the agent looks at before they call them, as push tells it, and what they do about it.
import { ElMessage } from 'element-plus'
import { computed, ref, watch } from 'vue'
import { dialLead, type DialedLead, skipLead, type SkipReason } from '@/api/ownLeads'
import type { PreviewView } from '@/cti/leadViews'
import { i18n, language } from '@/i18n'
import { whyWord } from '@/pages/campaigns/why'
import { session } from '@/session'
import { wholeMoment } from '@/text/moment'
import { cannotDialBecause, needMicrophone } from '@/use/dial'
import { floor, work } from './live'
import { act } from './seat'

export const preview = computed<PreviewView | null>(() => (session.user ? ((floor.value.objects[`preview:${session.user.id}`] as PreviewView | undefined) ?? null) : null))
/** Whom they look at; a call that came in between goes before. */
export const shownLead = computed(() => (work.value ? null : (preview.value?.lead ?? null)))
/** The reasons are shown. */
export const isSkipping = ref(false)

watch(
  () => shownLead.value?.id,
  () => (isSkipping.value = false),
)

/** Dial somebody of a campaign; says why it was not done. Return whether it is dialed. */
export async function dialPerson(leadId: number): Promise<boolean> {
  let dialed = false
  await act('dial', async () => {
    await needMicrophone()
    const answer = await dialLead(leadId)
    dialed = answer.call_id !== null
    if (!dialed) ElMessage.warning({ message: refusalText(answer), duration: 8000, showClose: true })
  })
  return dialed
}

export function refusalText(answer: DialedLead): string {
  const { t, te } = i18n.global
  const why = whyWord(answer.why, t, te)
  return answer.until ? t('preview.notBefore', { why, when: wholeMoment(answer.until, language.value) }) : t('preview.never', { why })
}

export async function dialShown(): Promise<void> {
  if (shownLead.value && !cannotDialBecause.value) await dialPerson(shownLead.value.id)
}

export async function skipShown(reason: SkipReason, note = ''): Promise<void> {
  const lead = shownLead.value
  if (lead) await act('skip', () => skipLead(lead.id, reason, note))
}
