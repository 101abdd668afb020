// The names of all prompts, read once for all the fields that choose one.
import { ref, shallowRef, type Ref, type ShallowRef } from 'vue'
import { useI18n } from 'vue-i18n'
import { listPrompts } from '@/api/prompts'
import { complain } from '@/use/problems'

const known = shallowRef<string[]>([])
const loading = ref(false)
let asked = false

async function read(): Promise<void> {
  loading.value = asked = true
  try {
    known.value = [...new Set((await listPrompts()).map((prompt) => prompt.name))].sort()
  } catch (error) {
    asked = false
    complain(error)
  } finally {
    loading.value = false
  }
}

export function usePromptNames(): { known: ShallowRef<string[]>; loading: Ref<boolean> } {
  if (!asked) void read()
  return { known, loading }
}

export function forgetPromptNames(): void {
  asked = false
}

/** What a built-in prompt says in two words; an own one is known by its name. */
export function usePromptTitle(): (name: string) => string {
  const { t, te } = useI18n()
  return (name) => {
    const number = /^number_(\d+)$/.exec(name)
    if (number) return t('admin.prompts.numberTitle', { number: number[1] })
    return te(`admin.prompts.titles.${name}`) ? t(`admin.prompts.titles.${name}`) : name
  }
}
