import type { JsonValue } from './json.ts'

/** One message: rows joined by LF, no line break at the end (smartrest-csv §4 W5). */
export function formatRows(rows: readonly (readonly CsvValue[])[]): string {
  return rows.map(formatRow).join('\n')
}

/** One row, values separated by commas, empty ones at the end included (W1, W6). */
export function formatRow(values: readonly CsvValue[]): string {
  let row = ''
  for (let index = 0; index < values.length; index++) {
    if (index > 0) row += ','
    row += quoteWhereNeeded(formatValue(values[index]))
  }
  return row
}

/** What a row can be made of. `undefined` is a missing value. */
export type CsvValue = JsonValue | undefined

/**
 * The text of a value before quoting: nothing for a missing one, compact JSON for objects and
 * arrays (W3, W4). The number form asked for by W4 is exactly the one of the language.
 */
export function formatValue(value: CsvValue): string {
  switch (typeof value) {
    case 'string':
      return value
    case 'number':
      return Number.isFinite(value) ? String(value) : ''
    case 'boolean':
      return String(value)
    case 'undefined':
      return ''
    default:
      return value === null ? '' : JSON.stringify(value)
  }
}

const needsQuotes = /[",\r\n\t]|^ | $/

/** W2. Backslashes are not doubled: receivers know no escape for them. */
function quoteWhereNeeded(text: string): string {
  return needsQuotes.test(text) ? `"${text.replaceAll('"', '\\"')}"` : text
}
