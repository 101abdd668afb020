// Storing what a dialog holds: once at a time, with a word when it is done and the reasons when it is refused.
import { ElMessage } from 'element-plus'
import { ref, type Ref } from 'vue'
import { i18n } from '@/i18n'
import { complain, type FieldProblems } from './problems'

export interface Saving {
  saving: Ref<boolean>
  /** True when it was stored; a refusal is shown beside its fields, or as a message. */
  store: (work: () => Promise<unknown>) => Promise<boolean>
}

export function useSaving(problems: FieldProblems): Saving {
  const saving = ref(false)
  return {
    saving,
    async store(work) {
      saving.value = true
      try {
        await work()
        ElMessage.success({ message: i18n.global.t('common.saved'), duration: 1500 })
        return true
      } catch (error) {
        if (!problems.take(error)) complain(error)
        return false
      } finally {
        saving.value = false
      }
    },
  }
}
