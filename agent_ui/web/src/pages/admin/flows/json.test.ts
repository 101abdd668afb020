import { describe, expect, it } from 'vitest'
import { lineOf, readJson } from './json'

describe('readJson', () => {
  it('reads what JSON.parse reads', () => {
    const texts = ['{}', '[]', ' [1, -2.5e3, true, false, null, "a\\n\\u4e2d"] ', '{"a":{"b":[{"c":1}]}}', '"x"']
    for (const text of texts) expect(readJson(text).value).toEqual(JSON.parse(text))
  })

  it('knows the line of each value', () => {
    const { lines } = readJson('{\n "start": "a",\n "nodes": {\n  "a": {\n   "options": ["x",\n "y"]}}}')
    expect(lines.get('start')).toBe(2)
    expect(lines.get('nodes.a')).toBe(4)
    expect(lines.get('nodes.a.options.1')).toBe(6)
  })

  it('names line and column of the first mistake', () => {
    expect(readJson('{\n "a": 1,\n}').mistake).toEqual({
      line: 3,
      column: 1,
      code: 'unexpected_character',
      found: '}',
    })
    expect(readJson('{"a"').mistake).toMatchObject({ line: 1, column: 5, code: 'unexpected_end' })
    expect(readJson('{"a":1 "b":2}').mistake).toMatchObject({ column: 8, found: '"' })
    expect(readJson('[1] x').mistake).toMatchObject({ column: 5 })
    expect(readJson('').mistake).toMatchObject({ code: 'unexpected_end' })
  })

  it('refuses a key given twice, which would lose a node silently', () => {
    expect(readJson('{"a":1,\n"a":2}').mistake).toMatchObject({ line: 2, code: 'repeated_key', found: 'a' })
  })

  it('keeps a key named __proto__ as plain data', () => {
    expect(Object.keys(readJson('{"__proto__":{"x":1}}').value as object)).toEqual(['__proto__'])
  })
})

describe('lineOf', () => {
  it('falls back to what is around a missing field', () => {
    const { lines } = readJson('{\n"nodes":{\n"a":{}}}')
    expect(lineOf(lines, 'nodes.a.next')).toBe(3)
    expect(lineOf(lines, 'nodes.zzz')).toBe(2)
    expect(lineOf(lines, 'other')).toBe(1)
  })
})
