// What the server refused, in words: beside the field it is about, or as one sentence.
import { ElMessage } from 'element-plus'
import { reactive } from 'vue'
import { ApiError, type FieldError } from '@/api/client'
import { errorText, i18n } from '@/i18n'

/** Words for a refusal that the pages know more about than its code says; otherwise those of the frame. */
export function refusalText(error: unknown): string {
  const { t, te } = i18n.global
  if (error instanceof ApiError) {
    const key = `refusals.${error.code}`
    if (te(key)) return t(key, { names: error.usedBy.join(', ') })
  }
  return errorText(error)
}

export function complain(error: unknown): void {
  ElMessage.error({ message: refusalText(error), showClose: true, duration: 8000 })
}

export function fieldText({ code, message, named }: Pick<FieldError, 'code' | 'message' | 'named'>): string {
  const { t, te } = i18n.global
  const key = `fieldErrors.${code}`
  return te(key) ? t(key, { named: named ?? '' }) : message || code
}

export interface FieldProblems {
  /** True when the fields explain the refusal, so that no message is needed besides. */
  take: (error: unknown) => boolean
  set: (path: string, code: string) => void
  of: (path: string) => string
  clear: (prefix?: string) => void
  any: () => boolean
}

/** `error` of an el-form-item is `of('phones.0.number')`; the paths are the server's. */
export function useFieldProblems(): FieldProblems {
  const found = reactive(new Map<string, FieldError>())
  return {
    take(error) {
      found.clear()
      if (!(error instanceof ApiError) || error.fields.length === 0) return false
      for (const field of error.fields) found.set(field.path.replace(/^body\./, ''), field)
      return true
    },
    set: (path, code) => found.set(path, { path, code, message: '' }),
    of(path) {
      const field = found.get(path)
      return field ? fieldText(field) : ''
    },
    clear(prefix) {
      for (const path of [...found.keys()])
        if (prefix === undefined || path === prefix || path.startsWith(`${prefix}.`)) found.delete(path)
    },
    any: () => found.size > 0,
  }
}
