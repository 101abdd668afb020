// Sending a sound that a dialog holds: once at a time, how much is there, a way to stop, and a word when it is done.
import { ElMessage } from 'element-plus'
import { ref, type Ref } from 'vue'
import { ApiError } from '@/api/client'
import type { Upload } from '@/api/upload'
import { i18n } from '@/i18n'
import { complain, type FieldProblems } from './problems'

interface Sound {
  warnings?: string[]
}

export interface Sending {
  busy: Ref<boolean>
  /** From 0 to 1. */
  sent: Ref<number>
  /** True when it was taken. A refusal is shown beside its fields, or as a message; who stopped it is told nothing. */
  send: (work: () => Promise<Sound>) => Promise<boolean>
  /** The answer of an upload that can be stopped. */
  uploaded: <T>(begin: (onProgress: (ratio: number) => void) => Upload<T>) => Promise<T>
  stop: () => void
}

export function useSending(problems: FieldProblems): Sending {
  const busy = ref(false)
  const sent = ref(0)
  let abort: (() => void) | null = null
  return {
    busy,
    sent,
    async send(work) {
      busy.value = true
      try {
        const { warnings = [] } = await work()
        const { t } = i18n.global
        if (warnings.includes('silent')) ElMessage.warning({ message: t('admin.prompts.silent'), duration: 6000 })
        else ElMessage.success({ message: t('common.saved'), duration: 1500 })
        return true
      } catch (error) {
        const isStopped = error instanceof ApiError && error.code === 'cancelled'
        if (!isStopped && !problems.take(error)) complain(error)
        return false
      } finally {
        busy.value = false
        abort = null
      }
    },
    uploaded(begin) {
      sent.value = 0
      const running = begin((ratio) => (sent.value = ratio))
      abort = running.abort
      return running.answer
    },
    stop: () => abort?.(),
  }
}
