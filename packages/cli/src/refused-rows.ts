import type { ExplainedRow } from '@pileus/smartrest'

/** A line of `s/e`, which names a row by its message id only. */
export interface Refusal {
  readonly code: number
  readonly messageId: string
  readonly text: string
}

export interface RefusedRow {
  readonly refusal: Refusal
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
  refusals: readonly Refusal[],
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
