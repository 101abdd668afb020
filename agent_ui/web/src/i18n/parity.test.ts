import { describe, expect, it } from 'vitest'
import enForm from './en/callbackForm'
import enCore from './en/core'
import enPages from './en/pages'
import enWallboard from './en/wallboard'
import zhForm from './zh/callbackForm'
import zhCore from './zh/core'
import zhPages from './zh/pages'
import zhWallboard from './zh/wallboard'

type Messages = { [key: string]: string | Messages }

function entries(messages: Messages, prefix = ''): [string, string][] {
  return Object.entries(messages).flatMap(([key, value]): [string, string][] =>
    typeof value === 'string' ? [[prefix + key, value]] : entries(value, `${prefix}${key}.`),
  )
}

function parameters(text: string): string[] {
  return [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]!).sort()
}

describe.each([
  ['core', zhCore, enCore],
  ['pages', zhPages, enPages],
  ['wallboard', zhWallboard, enWallboard],
  ['callback form', zhForm, enForm],
])('the %s words', (_name, zh, en) => {
  const chinese = new Map(entries(zh as Messages))
  const english = new Map(entries(en as Messages))

  it('have the same keys in both languages', () => {
    expect([...chinese.keys()].sort()).toEqual([...english.keys()].sort())
  })

  it('are never empty and take the same parameters', () => {
    for (const [key, text] of english) {
      expect(text, key).not.toBe('')
      expect(parameters(chinese.get(key) ?? ''), key).toEqual(parameters(text.split(' | ').at(-1)!))
    }
  })
})

describe('the Chinese words', () => {
  it('write an agent 座席, in one way everywhere', () => {
    const others = [zhCore, zhPages, zhWallboard].flatMap((zh) => entries(zh as Messages)).filter(([, text]) => text.includes('坐席'))
    expect(others).toEqual([])
  })
})

describe('the two files of a language', () => {
  it('share no top-level name, for one would hide the other', () => {
    const shared = Object.keys(enCore).filter((key) => key in enPages)
    expect(shared).toEqual([])
  })
})
