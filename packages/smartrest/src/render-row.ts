import { type CsvValue, formatValue } from './format-row.ts'

/** Why a template makes no row: it is not meant for the document, or a limit was reached. */
export type NoRow = 'conditionFails' | 'tooLarge'

/** Characters that may still be written. Whoever writes counts it down. */
export interface CharacterBudget {
  characters: number
}

/**
 * A row of texts, not yet quoted, whoever wrote its template; `undefined` values still take their
 * column. Where the document is an operation, `externalId` of its target is the first one (D2).
 *
 * @see static-templates §8.1, smartrest-templates §6
 */
export function renderRow(
  messageId: string,
  externalId: string | undefined,
  columns: readonly CsvValue[],
  budget: CharacterBudget,
): string[] | 'tooLarge' {
  const row = externalId === undefined ? [messageId] : [messageId, externalId]
  for (const column of columns) {
    const text = formatValue(column)
    budget.characters -= text.length + 1
    if (budget.characters < 0) return 'tooLarge'
    row.push(text)
  }
  return row
}
