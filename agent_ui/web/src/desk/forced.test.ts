import { beforeEach, describe, expect, it, vi } from 'vitest'
import { isNews } from './forced'

const kept = new Map<string, string>()
vi.stubGlobal('sessionStorage', {
  getItem: (key: string) => kept.get(key) ?? null,
  setItem: (key: string, text: string) => void kept.set(key, text),
})

const AT = '2026-11-23T10:00:00.000Z'
const after = (seconds: number): number => Date.parse(AT) + seconds * 1000

describe('what a supervisor did', () => {
  beforeEach(() => kept.clear())

  it('is told once, also after a reload', () => {
    expect([isNews(AT, after(1)), isNews(AT, after(2))]).toEqual([true, false])
    expect(isNews('2026-11-23T10:00:30.000Z', after(31))).toBe(true)
  })

  it('is no news when the page comes much later', () => {
    expect(isNews(AT, after(61))).toBe(false)
    expect(isNews(AT, after(59))).toBe(true)
  })
})
