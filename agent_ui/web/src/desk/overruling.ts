// Calling somebody who must not be called: who may do it says why, and the reason is written down.
import { ElMessageBox } from 'element-plus'
import { ApiError } from '@/api/client'
import { saysWhy } from '@/api/numbers'
import { i18n } from '@/i18n'

export interface Overrule {
  overrule_reason?: string
}

/** Sends without a reason first; false when the server wants one and the person gives none. */
export async function sendOverruling(send: (more: Overrule) => Promise<unknown>, askWhy: () => Promise<string | null> = askReason): Promise<boolean> {
  try {
    await send({})
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== 'do_not_call_unless') throw error
    const reason = await askWhy()
    if (reason === null) return false
    await send({ overrule_reason: reason })
  }
  return true
}

function askReason(): Promise<string | null> {
  const { t } = i18n.global
  return ElMessageBox.prompt(t('doNotCall.overruleText'), t('doNotCall.overruleTitle'), {
    type: 'warning',
    customClass: 'overrule',
    confirmButtonText: t('doNotCall.overrule'),
    cancelButtonText: t('common.cancel'),
    inputPlaceholder: t('doNotCall.why'),
    inputValidator: (text) => saysWhy(text ?? '') || t('fieldErrors.says_nothing'),
  }).then(
    (answer) => (answer as { value: string }).value.trim(),
    () => null,
  )
}

/** Roles that may overrule the list, as a refusal names them. */
export function overrulers(error: unknown): string[] {
  if (!(error instanceof ApiError) || error.code !== 'do_not_call') return []
  return error.fields.filter(({ path }) => path.startsWith('overruled_by.')).map(({ code }) => code)
}
