import type { ExplainedColumn, ExplainedRow, RowRequest } from '@pileus/smartrest'
import type { Paint } from './paint.ts'
import { alignColumns, displayWidth, printable, wrap } from './printable-text.ts'

/** The explained row as lines for a person, `columns` wide where that is possible. */
export function renderExplanation(
  row: ExplainedRow,
  columns: number,
  paint: Paint,
): readonly string[] {
  const { template, error } = row
  return [
    ...(template === undefined
      ? []
      : [
          `${paint('strong', template.msgId)} ${paint('strong', template.name)}  ${template.summary}`,
        ]),
    ...(error === undefined
      ? [`${indent}${printable(row.raw)}`]
      : renderError(row.raw, error, columns, paint)),
    ...(template === undefined ? [] : renderColumns(row, paint)),
    ...renderRequest(row.request, paint),
    ...(row.content === undefined ? [] : ['', ...renderJson(row.content)]),
  ]
}

const indent = '  '

function renderError(
  raw: string,
  { code, text, span, hint }: NonNullable<ExplainedRow['error']>,
  columns: number,
  paint: Paint,
): readonly string[] {
  const [line, marks] = markSpan(raw, span, columns - indent.length)
  const sentence = wrap(`${code}  ${printable(text)}`, columns - indent.length)
  return [
    `${indent}${line}`,
    `${indent}${paint('bad', marks)}`,
    ...sentence.map((each) => `${indent}${paint('bad', each)}`),
    ...(hint === undefined
      ? []
      : wrap(`Hint: ${printable(hint)}`, columns - indent.length).map(
          (each) => `${indent}${each}`,
        )),
  ]
}

/**
 * The text in one line and a line of `^` below the span, at least one. Of a text that is too long
 * the part around the span is shown, `…` standing for the rest.
 */
export function markSpan(
  text: string,
  [start, end]: readonly [start: number, end: number],
  columns: number,
): readonly [line: string, marks: string] {
  const before = printable(text.slice(0, start))
  const marked = printable(text.slice(start, end))
  const after = printable(text.slice(end))
  const marksWidth = Math.max(1, displayWidth(marked))
  const isTooLong = displayWidth(before) + displayWidth(marked) + displayWidth(after) > columns
  const room = Math.max(1, Math.min(marksWidth, columns - 2))
  const side = isTooLong ? Math.max(1, Math.floor((columns - room) / 2)) : Infinity
  const shownBefore = takeEnd(before, side)
  const shownMarked = takeStart(marked, isTooLong ? room : Infinity)
  const shownAfter = takeStart(after, side)
  return [
    `${shownBefore}${shownMarked}${shownAfter}`.trimEnd(),
    `${' '.repeat(displayWidth(shownBefore))}${'^'.repeat(Math.max(1, displayWidth(shownMarked)))}`,
  ]
}

function takeStart(text: string, columns: number): string {
  if (displayWidth(text) <= columns) return text
  let kept = ''
  for (const char of text) {
    if (displayWidth(kept + char) > columns - 1) break
    kept += char
  }
  return `${kept}…`
}

function takeEnd(text: string, columns: number): string {
  if (displayWidth(text) <= columns) return text
  let kept = ''
  for (const char of Array.from(text).reverse()) {
    if (displayWidth(char + kept) > columns - 1) break
    kept = char + kept
  }
  return `…${kept}`
}

function renderColumns({ columns, error }: ExplainedRow, paint: Paint): readonly string[] {
  const parameters = columns.slice(1).filter(({ name, span }) => name || span)
  if (parameters.length === 0) return []
  const lines = alignColumns(
    parameters.map((column) => [
      `${indent}${column.index}`,
      column.name ?? '–',
      (column.type ?? '').toLowerCase(),
      shownValue(column, error?.column === column.index),
    ]),
  )
  return ['', ...lines].map((line, index) => {
    const column = parameters[index - 1]
    if (column === undefined || column.index !== error?.column) return line
    return paint('bad', line)
  })
}

function shownValue(column: ExplainedColumn, isWrong: boolean): string {
  const { name, raw, value, defaulted } = column
  if (isWrong) return raw === '' ? '(missing)' : printable(raw)
  if (name === undefined) return raw === '' ? '' : `${printable(raw)}  (ignored)`
  const text = printable(value === undefined ? raw : String(value))
  if (defaulted === 'server time') return `${text}  (time of receipt)`
  if (defaulted === 'template') return `${text === '' ? '""' : text}  (default)`
  return text === '' ? '–' : text
}

function renderRequest(request: RowRequest | undefined, paint: Paint): readonly string[] {
  if (request === undefined) return []
  const { method, path, body, ...more } = request
  return [
    '',
    `${indent}${paint('accent', `${method} ${path}`)}`,
    ...(body === undefined ? [] : renderJson(body)),
    ...Object.entries(more).map(([name, value]) => {
      const text = typeof value === 'string' ? value : JSON.stringify(value)
      return `${indent}${name}: ${printable(text)}`
    }),
  ]
}

function renderJson(value: unknown): readonly string[] {
  return JSON.stringify(value, undefined, 2)
    .split('\n')
    .map((line) => `${indent}${printable(line)}`)
}
