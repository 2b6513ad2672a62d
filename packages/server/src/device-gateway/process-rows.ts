import type { Eventually, Instant, RunsUnits, Unit } from '@pileus/domain'
import type { Fields, ParsedPayload, RowProblem } from '@pileus/smartrest'
import { rowProblem } from '@pileus/smartrest'
import { PlatformError } from '../platform-error.ts'
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

/**
 * Does each row in a unit of its own, after a mistake of ours has undone the whole message: only
 * the row that meets it is lost, and reported. Rejects when the storage fails.
 */
export async function processRowsAlone(
  store: RunsUnits,
  now: Instant,
  context: RowContext,
  { rows, problem }: ParsedPayload,
): Promise<Outcomes> {
  const outcomes: NonNullable<RowOutcome>[] = []
  for (const fields of rows) {
    const outcome = await performRowAlone(store, now, context, fields)
    if (outcome !== undefined) outcomes.push(outcome)
  }
  if (problem !== undefined) outcomes.push({ kind: 'problem', problem })
  return outcomes
}

async function performRowAlone(
  store: RunsUnits,
  now: Instant,
  context: RowContext,
  fields: Fields,
): Promise<RowOutcome> {
  const { tenantId } = context.connection.actor
  try {
    return await store.run(tenantId, now, (unit) => performStaticRow(unit, context, fields))
  } catch (error) {
    if (error instanceof PlatformError && error.code !== 'storageRefused') throw error
    return { kind: 'problem', problem: faultOf(fields[0] ?? '') }
  }
}

/** What is known about it is in the log, and none of a device's business. */
function faultOf(messageId: string): RowProblem {
  return messageId === '100'
    ? rowProblem('deviceNotCreated', messageId, { message: 'internal error' })
    : rowProblem('internalError', messageId, {})
}
