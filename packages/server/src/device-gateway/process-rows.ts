import type { Eventually, Unit } from '@pileus/domain'
import type { Fields, ParsedPayload } from '@pileus/smartrest'
import { performStaticRow } from './perform-row.ts'
import type { RowContext } from './row-context.ts'
import type { RowOutcome } from './row-outcome.ts'

/** What a whole message leads to, in row order. Most messages say nothing. */
export type Outcomes = readonly NonNullable<RowOutcome>[]

export const nothing: Outcomes = []

/**
 * Does the rows of one message from top to bottom; each succeeds or fails alone. A malformed row
 * at the end is reported after those before it.
 *
 * Waits only where a row does: a message of measurements runs through in one go.
 */
export function processRows(
  unit: Unit,
  context: RowContext,
  { rows, problem }: ParsedPayload,
): Eventually<Outcomes> {
  const outcomes: NonNullable<RowOutcome>[] = []
  for (let index = 0; index < rows.length; index++) {
    const outcome = performStaticRow(unit, context, rows[index] as Fields)
    if (outcome instanceof Promise) {
      return finishRows(unit, context, { rows, problem }, outcomes, outcome, index)
    }
    if (outcome !== undefined) outcomes.push(outcome)
  }
  if (problem !== undefined) outcomes.push({ kind: 'problem', problem })
  return outcomes.length === 0 ? nothing : outcomes
}

/** The rest of the rows after one that has to be waited for. */
async function finishRows(
  unit: Unit,
  context: RowContext,
  { rows, problem }: { rows: readonly Fields[]; problem: ParsedPayload['problem'] },
  outcomes: NonNullable<RowOutcome>[],
  pending: Promise<RowOutcome>,
  waitingAt: number,
): Promise<Outcomes> {
  const first = await pending
  if (first !== undefined) outcomes.push(first)
  for (const fields of rows.slice(waitingAt + 1)) {
    const outcome = await performStaticRow(unit, context, fields)
    if (outcome !== undefined) outcomes.push(outcome)
  }
  if (problem !== undefined) outcomes.push({ kind: 'problem', problem })
  return outcomes
}
