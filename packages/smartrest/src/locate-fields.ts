import {
  byteOrderMark,
  type CsvLimits,
  comma,
  csvLimits,
  findPlainEnd,
  QuotedReader,
  quote,
  skipBlanks,
  skipBlanksBack,
} from './parse-payload.ts'

/** Where a value stands in its payload, with its quotes and without outer blanks: [start, end). */
export type FieldSpan = readonly [start: number, end: number]

/**
 * The places of the values that `parsePayload` reads from the same text, row by row. Where that
 * ends with a problem there is one row more: the refused one, up to its last value that was looked
 * at. A value without an end goes to the end of the text.
 *
 * For people who want to see which part of a row is meant, so it is told apart from the reading,
 * which messages pay for.
 */
export function locateFields(
  text: string,
  limits: CsvLimits = csvLimits,
): readonly (readonly FieldSpan[])[] {
  const rows: (readonly FieldSpan[])[] = []
  const quotedReader = new QuotedReader(text)
  let spans: FieldSpan[] = []
  let isBlank = true
  let position = text.charCodeAt(0) === byteOrderMark ? 1 : 0
  for (;;) {
    const start = skipBlanks(text, position)
    let valueEnd: number
    let end: number
    let isEmpty: boolean
    if (text.charCodeAt(start) === quote) {
      const value = quotedReader.read(start + 1)
      if (value === undefined) return [...rows, [...spans, [start, text.length]]]
      isEmpty = value === ''
      valueEnd = quotedReader.next
      end = skipBlanks(text, valueEnd)
    } else {
      end = findPlainEnd(text, start)
      valueEnd = skipBlanksBack(text, start, end)
      isEmpty = valueEnd === start
    }
    isBlank = spans.length === 0 && isEmpty
    spans.push([start, valueEnd])
    const isRowEnd = text.charCodeAt(end) !== comma
    if (isRowEnd || spans.length - 1 > limits.columnsMax) {
      if (!isBlank) rows.push(spans)
      const isExcess = rows.length > limits.rowsMax || spans.length - 1 > limits.columnsMax
      if (isExcess || end >= text.length) return rows
      spans = []
    }
    position = end + 1
  }
}
