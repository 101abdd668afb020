// Labels of dispositions in the language of the screen, kept for the whole visit: they change rarely.
import { shallowRef } from 'vue'
import { type Label, listLabels } from '@/api/labels'
import { language } from '@/i18n'

const dispositions = shallowRef<Label[] | null>(null)

export function labelText(label: Pick<Label, 'code' | 'label_zh' | 'label_en'>): string {
  const [first, second] = language.value === 'zh-CN' ? [label.label_zh, label.label_en] : [label.label_en, label.label_zh]
  return first || second || label.code
}

/** Shows the code itself until the labels are there, and for a code that is gone. */
export function useDispositionText(): (code: string) => string {
  if (dispositions.value === null) {
    dispositions.value = []
    listLabels('dispositions').then(
      (labels) => (dispositions.value = labels),
      () => (dispositions.value = null),
    )
  }
  return (code) => {
    const label = dispositions.value?.find((one) => one.code === code)
    return label ? labelText(label) : code
  }
}

/** An administrator changed them. */
export function forgetDispositions(): void {
  dispositions.value = null
}
