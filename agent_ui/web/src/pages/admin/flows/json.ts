// Reads JSON by hand so that every value and every mistake has a line: JSON.parse tells neither reliably.

export type JsonValue = null | boolean | number | string | JsonValue[] | { [key: string]: JsonValue }

export interface JsonMistake {
  line: number
  column: number
  code: 'unexpected_end' | 'unexpected_character' | 'repeated_key'
  found: string
}

export interface JsonReading {
  value: JsonValue
  /** Line of the value at a path such as "nodes.menu.next"; the whole text is "". */
  lines: Map<string, number>
  mistake: JsonMistake | null
}

class Stop extends Error {
  constructor(readonly mistake: JsonMistake) {
    super(mistake.code)
  }
}

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
const TEXT = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y
const WORDS: [string, JsonValue][] = [
  ['true', true],
  ['false', false],
  ['null', null],
]

class Reader {
  private at = 0
  readonly lines = new Map<string, number>()

  constructor(private readonly text: string) {}

  document(): JsonValue {
    const value = this.value('')
    this.space()
    if (this.at < this.text.length) this.fail()
    return value
  }

  private value(path: string): JsonValue {
    this.space()
    this.lines.set(path, this.line(this.at))
    const first = this.text[this.at]
    if (first === '{') return this.object(path)
    if (first === '[') return this.list(path)
    if (first === '"') return this.string()
    for (const [word, value] of WORDS) {
      if (this.text.startsWith(word, this.at)) {
        this.at += word.length
        return value
      }
    }
    return Number(this.match(NUMBER))
  }

  private object(path: string): JsonValue {
    const found: { [key: string]: JsonValue } = {}
    this.at += 1
    if (this.take('}')) return found
    do {
      this.space()
      const start = this.at
      const key = this.string()
      if (Object.hasOwn(found, key)) this.fail('repeated_key', start, key)
      this.expect(':')
      const inner = path === '' ? key : `${path}.${key}`
      const value = this.value(inner)
      Object.defineProperty(found, key, { value, enumerable: true, writable: true, configurable: true })
      this.lines.set(inner, this.line(start))
    } while (this.take(','))
    this.expect('}')
    return found
  }

  private list(path: string): JsonValue {
    const found: JsonValue[] = []
    this.at += 1
    if (this.take(']')) return found
    do {
      found.push(this.value(path === '' ? String(found.length) : `${path}.${found.length}`))
    } while (this.take(','))
    this.expect(']')
    return found
  }

  private string(): string {
    return JSON.parse(this.match(TEXT)) as string
  }

  private match(pattern: RegExp): string {
    pattern.lastIndex = this.at
    const hit = pattern.exec(this.text)
    if (hit === null) this.fail()
    this.at += hit[0].length
    return hit[0]
  }

  private take(mark: string): boolean {
    this.space()
    if (this.text[this.at] !== mark) return false
    this.at += 1
    return true
  }

  private expect(mark: string): void {
    if (!this.take(mark)) this.fail()
  }

  private space(): void {
    while (' \t\r\n'.includes(this.text[this.at] ?? 'x')) this.at += 1
  }

  private line(at: number): number {
    let line = 1
    for (let index = this.text.indexOf('\n'); index !== -1 && index < at; index = this.text.indexOf('\n', index + 1))
      line += 1
    return line
  }

  private fail(code?: JsonMistake['code'], at = this.at, found = this.text[at] ?? ''): never {
    const column = at - (this.text.lastIndexOf('\n', at - 1) + 1) + 1
    const kind = code ?? (at >= this.text.length ? 'unexpected_end' : 'unexpected_character')
    throw new Stop({ line: this.line(at), column, code: kind, found })
  }
}

/** Never throws: a text that is no JSON comes back with its first mistake. */
export function readJson(text: string): JsonReading {
  const reader = new Reader(text)
  try {
    return { value: reader.document(), lines: reader.lines, mistake: null }
  } catch (error) {
    if (error instanceof Stop) return { value: null, lines: reader.lines, mistake: error.mistake }
    throw error
  }
}

/** The line of a path, or of the nearest thing around it that is in the text. */
export function lineOf(lines: Map<string, number>, path: string): number {
  for (let rest = path; rest !== ''; rest = rest.slice(0, Math.max(0, rest.lastIndexOf('.')))) {
    const line = lines.get(rest)
    if (line !== undefined) return line
  }
  return 1
}
