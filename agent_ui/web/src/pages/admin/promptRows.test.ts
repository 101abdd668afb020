import { expect, it } from 'vitest'
import type { Prompt } from '@/api/prompts'
import { byName } from './promptRows'

it('puts both languages of a prompt into one row', () => {
  const prompt = (name: string, language: 'zh' | 'en') => ({ name, language }) as Prompt
  const rows = byName([prompt('welcome', 'zh'), prompt('closed', 'en'), prompt('welcome', 'en')])
  expect(rows.map((row) => [row.name, row.zh !== null, row.en !== null])).toEqual([
    ['closed', false, true],
    ['welcome', true, true],
  ])
})

it('lists the spoken numbers last and in order', () => {
  const names = ['number_10', 'welcome', 'number_2', 'a'].map((name) => ({ name, language: 'zh' }) as Prompt)
  expect(byName(names).map((row) => row.name)).toEqual(['a', 'welcome', 'number_2', 'number_10'])
})
