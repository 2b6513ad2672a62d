import { type CsvValue, formatValue } from './format-row.ts'
import type { JsonObject } from './json.ts'

/** What rows are made of. */
export interface RowSource {
  readonly document: JsonObject
  /** Of the target, where the document is an operation: the column behind the message id (D2). */
  readonly externalId?: string
  /** Fragments of the target. */
  readonly device: JsonObject
}

/** A template that makes a row out of a document, whoever wrote it. */
export interface RowRenderer {
  readonly messageId: string
  /** The columns after the target, or why there is no row. */
  findColumns(source: RowSource): readonly CsvValue[] | NoRow
}

/** `conditionFails`: the template is not meant for the document. `tooLarge`: a limit was reached. */
export type NoRow = 'conditionFails' | 'tooLarge'

/** Characters that may still be written. */
export interface CharacterBudget {
  characters: number
}

/**
 * One row of texts, not yet quoted; `undefined` values still take their column.
 *
 * @see static-templates §8.1, smartrest-templates §6
 */
export function renderRow(
  renderer: RowRenderer,
  source: RowSource,
  budget: CharacterBudget,
): string[] | NoRow {
  const columns = renderer.findColumns(source)
  if (typeof columns === 'string') return columns
  const row = [renderer.messageId]
  if (source.externalId !== undefined) row.push(source.externalId)
  for (const column of columns) {
    const text = formatValue(column)
    budget.characters -= text.length + 1
    if (budget.characters < 0) return 'tooLarge'
    row.push(text)
  }
  return row
}
