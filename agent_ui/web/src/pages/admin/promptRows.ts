// Prompts of both languages in one row per name; the spoken numbers, which nobody looks for, come last.
import type { Prompt } from '@/api/prompts'

export interface PromptRow {
  name: string
  zh: Prompt | null
  en: Prompt | null
}

export function byName(prompts: Prompt[]): PromptRow[] {
  const rows = new Map<string, PromptRow>()
  for (const prompt of prompts) {
    const row = rows.get(prompt.name) ?? { name: prompt.name, zh: null, en: null }
    rows.set(prompt.name, { ...row, [prompt.language]: prompt })
  }
  const isNumber = ({ name }: PromptRow) => Number(/^number_\d+/.test(name))
  return [...rows.values()].sort(
    (a, b) => isNumber(a) - isNumber(b) || a.name.localeCompare(b.name, 'en', { numeric: true }),
  )
}
