import { type RowProblem, rowProblem } from './row-problems.ts'

/** The values of one row, message id first. Text as sent, without quotes and outer blanks. */
export type Fields = readonly string[]

export interface CsvLimits {
  /** Rows of one message; blank rows do not count. */
  readonly rowsMax: number
  /** Values of one row after its message id. */
  readonly columnsMax: number
}

/** mqtt-endpoint §12: rows up to the limit count, the first one beyond it gives error 42. */
export const csvLimits: CsvLimits = { rowsMax: 1024, columnsMax: 8192 }

export interface ParsedPayload {
  readonly rows: readonly Fields[]
  /** Error 42 of the row after `rows`. That row and everything behind it is discarded. */
  readonly problem?: RowProblem
}

/**
 * Splits a payload into rows of values. Blank rows are skipped, a byte order mark is dropped.
 *
 * Never throws. Takes time linear in the length of the text, whatever the quotes look like.
 * That the bytes were valid UTF-8 is the caller's check (R1).
 *
 * @see smartrest-csv §2
 */
export function parsePayload(text: string, limits: CsvLimits = csvLimits): ParsedPayload {
  const rows: Fields[] = []
  let quoted: QuotedReader | undefined
  let fields: string[] = []
  let position = text.charCodeAt(0) === byteOrderMark ? 1 : 0
  for (;;) {
    const start = skipBlanks(text, position)
    let end: number
    if (text.charCodeAt(start) === quote) {
      quoted ??= new QuotedReader(text)
      const value = quoted.read(start + 1)
      if (value === undefined) return { rows, problem: unclosed(fields, rows.length) }
      fields.push(value)
      end = skipBlanks(text, quoted.next)
    } else {
      end = findPlainEnd(text, start)
      fields.push(text.slice(start, skipBlanksBack(text, start, end)))
    }
    const isRowEnd = text.charCodeAt(end) !== comma
    // A row that passes the limit is refused at once, not when all of it has been collected.
    if (isRowEnd || fields.length - 1 > limits.columnsMax) {
      if (!isBlank(fields)) {
        const problem = findExcess(fields, rows.length, limits)
        if (problem) return { rows, problem }
        rows.push(fields)
      }
      if (end >= text.length) return { rows }
      fields = []
    }
    // The LF of a CR LF ends a blank row, which is skipped (R2, R3).
    position = end + 1
  }
}

export const byteOrderMark = 0xfeff
const tab = 0x09
const lineFeed = 0x0a
const carriageReturn = 0x0d
const space = 0x20
export const quote = 0x22
export const comma = 0x2c
const backslash = 0x5c

/** R3: one empty value, quoted or not. */
function isBlank(fields: Fields): boolean {
  return fields.length === 1 && fields[0] === ''
}

function findExcess(fields: Fields, rowsBefore: number, limits: CsvLimits): RowProblem | undefined {
  const messageId = fields[0] ?? ''
  const row = rowsBefore + 1
  if (row > limits.rowsMax) {
    return rowProblem('tooManyRows', messageId, { max: String(limits.rowsMax) }, { row })
  }
  if (fields.length - 1 > limits.columnsMax) {
    return rowProblem('tooManyColumns', messageId, { max: String(limits.columnsMax) }, { row })
  }
  return undefined
}

/** Spaces and tabs only; other white space belongs to the value (R4). */
export function skipBlanks(text: string, start: number): number {
  let index = start
  while (isBlankChar(text.charCodeAt(index))) index++
  return index
}

export function skipBlanksBack(text: string, start: number, end: number): number {
  let index = end
  while (index > start && isBlankChar(text.charCodeAt(index - 1))) index--
  return index
}

function isBlankChar(char: number): boolean {
  return char === space || char === tab
}

export function findPlainEnd(text: string, start: number): number {
  let index = start
  for (; index < text.length; index++) {
    const char = text.charCodeAt(index)
    if (char === comma || char === lineFeed || char === carriageReturn) break
  }
  return index
}

/** R11. The column is counted after the message id; an open message id has none. */
function unclosed(fieldsBefore: Fields, rowsBefore: number): RowProblem {
  const place = { row: rowsBefore + 1 }
  const column = fieldsBefore.length
  return column === 0
    ? rowProblem('messageIdNotClosed', '', {}, place)
    : rowProblem('valueNotClosed', fieldsBefore[0] ?? '', {}, { ...place, column })
}

/**
 * Reads quoted values. Quotes inside may be written `\"`, `""` or, by careless clients, as they
 * are, so what a quote means can depend on what follows. A value is read up to four times (R12):
 *
 * | reading | `\"` and `\""` are escapes | `""` before a separator                           |
 * |---------|----------------------------|---------------------------------------------------|
 * | 1       | yes                        | a quote; from the first lone quote on as in 2     |
 * | 2 (R9)  | yes                        | a quote and the end of the value                  |
 * | 3 (R10) | no                         | as in 1                                           |
 * | 4       | no                         | as in 2                                           |
 *
 * A reading fails at the end of the payload; 1 and 3 also fail at a lone quote after a `""`
 * before a separator, since that one was misread then. The first reading that finds an end wins.
 * (Reading 2 of a value without such a `""` repeats reading 1, so it may be tried always.)
 *
 * Only quotes matter, and what happens from one on depends on its position and the state alone.
 * So after the first failure each reading marks the (quote, state) pairs that it visits, and one
 * that meets a mark has failed: marks of a successful reading lie before all later values. That
 * keeps the whole payload linear, not just each value: without marks `"a\","a\",…` is quadratic.
 */
export class QuotedReader {
  /** After a successful `read`: the position behind the closing quote. */
  next = 0
  readonly #text: string
  #failedStates: Uint8Array | undefined

  constructor(text: string) {
    this.#text = text
  }

  /** The value whose content begins at `start`, or undefined where it has no end. */
  read(start: number): string | undefined {
    return (
      this.#readAs(start, true, false) ??
      this.#readAs(start, true, true) ??
      this.#readAs(start, false, false) ??
      this.#readAs(start, false, true)
    )
  }

  #readAs(start: number, hasEscapes: boolean, startsUnescaped: boolean): string | undefined {
    const text = this.#text
    let value = ''
    let position = start
    let hasUnescapedQuotes = startsUnescaped
    let hasPairAtBoundary = false
    for (;;) {
      const at = text.indexOf('"', position)
      if (at === -1 || this.#hasFailed(at, hasEscapes, hasUnescapedQuotes, hasPairAtBoundary)) {
        this.#failedStates ??= new Uint8Array(text.length)
        return undefined
      }
      const isPair = text.charCodeAt(at + 1) === quote
      if (hasEscapes && text.charCodeAt(at - 1) === backslash) {
        if (isPair && !isBoundary(text, at + 2)) {
          value += text.slice(position, at + 1) // Q1, the backslash stays
          position = at + 2
        } else {
          value += `${text.slice(position, at - 1)}"` // Q2
          position = at + 1
        }
      } else if (isPair) {
        value += text.slice(position, at + 1) // Q3
        position = at + 2
        if (isBoundary(text, position)) {
          if (hasUnescapedQuotes) {
            this.next = position
            return value
          }
          hasPairAtBoundary = true
        }
      } else if (isBoundary(text, at + 1)) {
        this.next = at + 1
        return value + text.slice(position, at) // Q4
      } else {
        if (hasPairAtBoundary) {
          this.#failedStates ??= new Uint8Array(text.length)
          return undefined
        }
        value += text.slice(position, at + 1) // Q5
        position = at + 1
        hasUnescapedQuotes = true
      }
    }
  }

  #hasFailed(
    at: number,
    hasEscapes: boolean,
    hasUnescapedQuotes: boolean,
    hasPairAtBoundary: boolean,
  ): boolean {
    if (this.#failedStates === undefined) return false
    const state = hasUnescapedQuotes ? 4 : hasPairAtBoundary ? 2 : 1
    const bit = hasEscapes ? state << 3 : state
    const states = this.#failedStates[at] ?? 0
    this.#failedStates[at] = states | bit
    return (states & bit) !== 0
  }
}

/** True before a comma, a line break or the end, blanks between allowed (smartrest-csv §2.2). */
function isBoundary(text: string, position: number): boolean {
  const index = skipBlanks(text, position)
  if (index >= text.length) return true
  const char = text.charCodeAt(index)
  return char === comma || char === lineFeed || char === carriageReturn
}
