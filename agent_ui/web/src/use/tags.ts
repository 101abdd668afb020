// The tags that an administrator keeps, read once per visit: they change rarely.
import { shallowRef, type ShallowRef } from 'vue'
import { type Label, listLabels } from '@/api/labels'
import { labelText } from './labels'

const TONES: Record<string, string> = { teal: 'accent', green: 'good', amber: 'warn', red: 'bad' }
const known = shallowRef<Label[]>([])
let isAsked = false

export interface Tags {
  tags: ShallowRef<Label[]>
  /** The code itself until the labels are there, and for one that is gone. */
  tagText: (code: string) => string
  tagTone: (code: string) => string
}

export function useTags(): Tags {
  if (!isAsked) {
    isAsked = true
    listLabels('tags').then(
      (labels) => (known.value = labels),
      () => (isAsked = false),
    )
  }
  const find = (code: string): Label | undefined => known.value.find((tag) => tag.code === code)
  return {
    tags: known,
    tagText: (code) => {
      const tag = find(code)
      return tag ? labelText(tag) : code
    },
    tagTone: (code) => TONES[find(code)?.color ?? ''] ?? '',
  }
}

/** An administrator changed them. */
export function forgetTags(): void {
  isAsked = false
}
