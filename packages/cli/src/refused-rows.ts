import type { RowProblemReport } from '@pileus/device-sdk'
import type { ExplainedRow } from '@pileus/smartrest'

export interface RefusedRow {
  /** It names a row by its message id only. */
  readonly refusal: RowProblemReport
  /** Absent where it could be more than one of those that were sent. */
  readonly row?: ExplainedRow
}

/**
 * Finds the row that each refusal is about. Refusals come in the order of the rows; one that we
 * would have refused in the same words is meant for certain, else a message id that only one row
 * has tells.
 */
export function findRefusedRows(
  rows: readonly ExplainedRow[],
  refusals: readonly RowProblemReport[],
): readonly RefusedRow[] {
  const open = new Set(rows)
  return refusals.map((refusal) => {
    const alike = [...open].filter((row) => (row.columns[0]?.raw ?? '') === refusal.messageId)
    const certain = alike.find(({ error }) => error?.text === refusal.text)
    const candidates = alike.filter(({ error }) => error === undefined)
    const row = certain ?? (candidates.length === 1 ? candidates[0] : undefined)
    if (row === undefined) return { refusal }
    open.delete(row)
    return { refusal, row }
  })
}
