// What became of the number that this agent called, when nobody took it: the call's last view says it, for some seconds.
import { ElMessage } from 'element-plus'
import { watch } from 'vue'
import type { CallView } from '@/cti/views'
import { i18n } from '@/i18n'
import { phoneNumber } from './format'
import { floor } from './live'
import { dialedCall, overUnseen, whatBecameOf } from './outcome'

export function outcomeText(call: CallView): string {
  const { t, te } = i18n.global
  const known = `dial.results.${call.end_reason}`
  const result = t(te(known) ? known : 'dial.results.other')
  const name = call.customer_name || phoneNumber(call.caller.number)
  const isPlain = !call.end_cause || call.end_reason === 'cancelled' || call.end_reason === 'no_phone'
  return t('dial.outcome', { name, result: isPlain ? result : t('dial.cause', { result, cause: call.end_cause }) })
}

export function startDialed(): () => void {
  let callId: string | null = null
  return watch(floor, (state, before) => {
    const call = whatBecameOf(callId, state) ?? overUnseen(before, state)
    if (call) {
      callId = null
      ElMessage({ type: call.end_reason === 'cancelled' ? 'info' : 'warning', message: outcomeText(call), showClose: true, duration: 8000 })
    }
    callId = dialedCall(state)?.call_id ?? callId
  })
}
