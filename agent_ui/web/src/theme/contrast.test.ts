import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

const tokens = readFileSync(new URL('./tokens.css', import.meta.url), 'utf-8')
const page = readFileSync(new URL('./page.css', import.meta.url), 'utf-8')
const [light, dark] = [tokens.slice(0, tokens.indexOf('color-scheme: dark')), tokens.slice(tokens.indexOf('color-scheme: dark'))]

function colour(block: string, name: string): string {
  const value = new RegExp(`${name}: ([^;]+);`).exec(block)?.[1] ?? ''
  const other = /^var\((.+)\)$/.exec(value)
  return other ? colour(block, other[1]!) : value
}

function luminance(hex: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16) / 255).map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!
}

/** WCAG 2.2, 1.4.3: small words need 4.5. */
function contrast(words: string, ground: string): number {
  const [dim, bright] = [luminance(words), luminance(ground)].sort((one, other) => one - other)
  return (bright! + 0.05) / (dim! + 0.05)
}

function dangerWords(): string {
  const own = /html\.dark \.el-button--danger\.is-text \{\s*--el-button-text-color: var\((.+)\);/.exec(page)?.[1]
  return own ?? '--el-color-danger'
}

describe('words can be read', () => {
  it.each([
    ['light', light, '--el-color-danger'],
    ['dark', dark, dangerWords()],
  ])('on buttons that take something away, in the %s theme', (_theme, block, name) => {
    expect(contrast(colour(block, name), colour(block, '--c-surface'))).toBeGreaterThan(4.5)
  })

  it.each([
    ['light', light],
    ['dark', dark],
  ])('in every tone, in the %s theme', (_theme, block) => {
    for (const name of ['--c-text', '--c-text-2', '--c-text-3', '--c-good', '--c-warn', '--c-bad']) {
      expect([name, contrast(colour(block, name), colour(block, '--c-surface')) >= 4.5]).toEqual([name, true])
    }
  })
})
