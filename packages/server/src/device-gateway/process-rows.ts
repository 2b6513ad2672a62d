import type { Eventually, Instant, RunsUnits, Unit } from '@pileus/domain'
import type { Fields, ParsedPayload, RowProblem } from '@pileus/smartrest'
import { rowProblem } from '@pileus/smartrest'
import { PlatformError } from '../platform-error.ts'
import { performRow } from './perform-row.ts'
import type { RowContext } from './row-context.ts'
import type { RowOutcome } from './row-outcome.ts'
import { tracedUnit } from './traced-unit.ts'

/** What a whole message leads to, in row order. Most messages say nothing. */
export type Outcomes = readonly PlacedOutcome[]

/** `place` is that among the rows, from 0. */
type PlacedOutcome = NonNullable<RowOutcome> & { readonly place: number }

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
  const outcomes: PlacedOutcome[] = []
  for (let index = 0; index < rows.length; index++) {
    const outcome = performRow(unit, context, rows[index] as Fields)
    if (outcome instanceof Promise) {
      return finishRows(unit, context, { rows, problem }, outcomes, outcome, index)
    }
    context.trace?.rowDone(index, outcome)
    if (outcome !== undefined) outcomes.push({ ...outcome, place: index })
  }
  pushProblem(outcomes, rows.length, problem)
  return outcomes.length === 0 ? nothing : outcomes
}

/** The rest of the rows after one that has to be waited for. */
async function finishRows(
  unit: Unit,
  context: RowContext,
  { rows, problem }: { rows: readonly Fields[]; problem: ParsedPayload['problem'] },
  outcomes: PlacedOutcome[],
  pending: Promise<RowOutcome>,
  waitingAt: number,
): Promise<Outcomes> {
  for (let index = waitingAt; index < rows.length; index++) {
    const outcome =
      index === waitingAt ? await pending : await performRow(unit, context, rows[index] as Fields)
    context.trace?.rowDone(index, outcome)
    if (outcome !== undefined) outcomes.push({ ...outcome, place: index })
  }
  pushProblem(outcomes, rows.length, problem)
  return outcomes
}

/** The row that could not be read comes behind those that could. */
function pushProblem(
  outcomes: PlacedOutcome[],
  place: number,
  problem: RowProblem | undefined,
): void {
  if (problem !== undefined) outcomes.push({ kind: 'problem', problem, place })
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
  const outcomes: PlacedOutcome[] = []
  for (const [place, fields] of rows.entries()) {
    const outcome = await performRowAlone(store, now, context, fields)
    context.trace?.rowDone(place, outcome)
    if (outcome !== undefined) outcomes.push({ ...outcome, place })
  }
  pushProblem(outcomes, rows.length, problem)
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
    return await store.run(tenantId, now, (unit) =>
      performRow(unitFor(unit, context), context, fields),
    )
  } catch (error) {
    if (error instanceof PlatformError && error.code !== 'storageRefused') throw error
    return { kind: 'problem', problem: faultOf(fields[0] ?? '') }
  }
}

/** The unit in which rows of this context are done, watched where they are. */
export function unitFor(unit: Unit, { trace }: RowContext): Unit {
  return trace === undefined ? unit : tracedUnit(unit, trace)
}

/** What is known about it is in the log, and none of a device's business. */
function faultOf(messageId: string): RowProblem {
  return messageId === '100'
    ? rowProblem('deviceNotCreated', messageId, { message: 'internal error' })
    : rowProblem('internalError', messageId, {})
}
