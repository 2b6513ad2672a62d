export interface JsonProblem {
  /** What was expected and what is there, as a sentence. */
  readonly words: string
  /** From 0, in UTF-16 units. */
  readonly offset: number
  /** From 1. */
  readonly line: number
  /** From 1, in characters. */
  readonly column: number
}

export type JsonResult =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly problem: JsonProblem }

/** Deeper documents are refused here, as they would be by the platform or the device. */
const depthMax = 500

/**
 * Reads JSON, or says where it stops being JSON. The browsers know the place too, but each tells it
 * in its own words or not at all.
 */
export function parseJsonText(text: string): JsonResult {
  const scanner = new Scanner(text)
  const found = scanner.document()
  if (found === undefined) return { ok: true, value: JSON.parse(text) }
  const before = text.slice(0, found.offset)
  const lines = before.split('\n')
  return {
    ok: false,
    problem: { ...found, line: lines.length, column: Array.from(lines.at(-1) ?? '').length + 1 },
  }
}

type Found = Pick<JsonProblem, 'words' | 'offset'>

/** Walks once over the text; each part gives its problem, or undefined where it was fine. */
class Scanner {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  document(): Found | undefined {
    const problem = this.#value(0)
    if (problem !== undefined) return problem
    this.#skipSpace()
    return this.#at < this.#text.length ? this.#expected('the end') : undefined
  }

  #value(depth: number): Found | undefined {
    this.#skipSpace()
    if (depth > depthMax) return { words: 'It is nested too deeply.', offset: this.#at }
    switch (this.#text[this.#at]) {
      case '{':
        return this.#members(depth)
      case '[':
        return this.#items(depth)
      case '"':
        return this.#string()
      default:
        return this.#word()
    }
  }

  #members(depth: number): Found | undefined {
    this.#at += 1
    this.#skipSpace()
    if (this.#take('}')) return undefined
    for (;;) {
      this.#skipSpace()
      if (this.#text[this.#at] !== '"') return this.#expected('a name in double quotes')
      const name = this.#string()
      if (name !== undefined) return name
      this.#skipSpace()
      if (!this.#take(':')) return this.#expected('":"')
      const value = this.#value(depth + 1)
      if (value !== undefined) return value
      this.#skipSpace()
      if (this.#take('}')) return undefined
      if (!this.#take(',')) return this.#expected('"," or "}"')
    }
  }

  #items(depth: number): Found | undefined {
    this.#at += 1
    this.#skipSpace()
    if (this.#take(']')) return undefined
    for (;;) {
      const value = this.#value(depth + 1)
      if (value !== undefined) return value
      this.#skipSpace()
      if (this.#take(']')) return undefined
      if (!this.#take(',')) return this.#expected('"," or "]"')
    }
  }

  #string(): Found | undefined {
    const start = this.#at
    this.#at += 1
    for (;;) {
      const character = this.#text[this.#at]
      if (character === undefined) return { words: 'The text has no end.', offset: start }
      if (character === '"') {
        this.#at += 1
        return undefined
      }
      if (character === '\\') {
        if (!this.#match(/\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y)) {
          return { words: 'A backslash here needs another one before it.', offset: this.#at }
        }
      } else if (character < ' ') {
        const name = character === '\n' ? 'A line break' : 'A control character'
        return { words: `${name} in a text is written as \\n or \\u….`, offset: this.#at }
      } else {
        this.#at += 1
      }
    }
  }

  #word(): Found | undefined {
    const start = this.#at
    if (this.#match(/true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y)) {
      // `truely` and `01` begin well.
      if (!/[\w.]/.test(this.#text[this.#at] ?? '')) return undefined
      this.#at = start
    }
    return this.#expected('a value')
  }

  #take(character: string): boolean {
    if (this.#text[this.#at] !== character) return false
    this.#at += 1
    return true
  }

  #match(sticky: RegExp): boolean {
    sticky.lastIndex = this.#at
    const length = sticky.exec(this.#text)?.[0].length ?? 0
    this.#at += length
    return length > 0
  }

  #skipSpace(): void {
    while (/[ \t\r\n]/.test(this.#text[this.#at] ?? '')) this.#at += 1
  }

  #expected(what: string): Found {
    const code = this.#text.codePointAt(this.#at)
    const there = code === undefined ? 'it ends' : `there is ${describe(code)}`
    return { words: `Expected ${what}, but ${there}.`, offset: this.#at }
  }
}

function describe(code: number): string {
  return code <= 0x20 || (code >= 0x7f && code < 0xa0)
    ? `U+${code.toString(16).toUpperCase().padStart(4, '0')}`
    : String.fromCodePoint(code)
}
