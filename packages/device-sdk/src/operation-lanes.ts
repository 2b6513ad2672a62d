import { formatRow } from '@pileus/smartrest'
import { DeviceError } from './device-error.ts'
import {
  type DeviceOperation,
  type OperationHandler,
  type OperationOutcome,
  stillExecuting,
} from './operation.ts'
import { asError } from './pause.ts'

export interface OperationLanesContext {
  /** What to do with such an operation of that target; without it, it stays PENDING. */
  readonly findHandler: (fragment: string, externalId: string) => OperationHandler | undefined
  /** Tells the state of an operation, done when it is acknowledged. */
  readonly report: (externalId: string, row: string) => Promise<void>
  /** Asks the server for everything that is PENDING, oldest first and from a clean start. */
  readonly refresh: () => void
  readonly signal: AbortSignal
}

/**
 * Runs operations: one after another for each target and fragment, since rows 501 to 503 address
 * the oldest operation with a fragment and nothing else tells which one is meant.
 *
 * So a row is only worth what it says if it is known to be of the oldest PENDING operation. That is
 * the first row after a refresh, or one that comes while its lane is empty and up to date. Whatever
 * else comes for a lane, a repetition or something new, only says that there is more: when the lane
 * is free again, the server is asked for what is PENDING then. An operation that has been cancelled
 * in the meantime is so never executed, and nothing has to be kept here.
 *
 * @see registration §8.2, static-templates §7
 */
export class OperationLanes {
  readonly #context: OperationLanesContext
  /** Those that are not both free and up to date. */
  readonly #lanes = new Map<string, Lane>()

  constructor(context: OperationLanesContext) {
    this.#context = context
  }

  receive(operation: DeviceOperation): void {
    const { fragment, externalId } = operation
    const handler = this.#context.findHandler(fragment, externalId)
    if (handler === undefined) return
    const key = `${fragment}\n${externalId}`
    const busy = this.#lanes.get(key)
    if (busy !== undefined) busy.isBehind = true
    else void this.#run(key, operation, handler)
  }

  /**
   * Everything PENDING is sent from now on, after a refresh or on a new connection; what came before
   * counts no more. An operation whose start the server has not heard of yet may be among that: its
   * lane is still taken, so it is not run again.
   */
  refreshed(): void {
    for (const [key, lane] of this.#lanes) {
      if (lane.isRunning) lane.isBehind = false
      else this.#lanes.delete(key)
    }
  }

  async #run(key: string, operation: DeviceOperation, handler: OperationHandler): Promise<void> {
    const { signal } = this.#context
    const lane: Lane = { isRunning: true, isBehind: false }
    this.#lanes.set(key, lane)
    try {
      await this.#report(operation, ['501', operation.fragment])
      const end = await finish(operation, handler, signal)
      if (end !== undefined) await this.#reportEnd(operation, end)
    } catch (error) {
      // Whoever closes the device while it works has an operation that stays as it is.
      if (!(error instanceof DeviceError && error.code === 'closed')) throw error
    }
    lane.isRunning = false
    if (!lane.isBehind) this.#lanes.delete(key)
    else if (!signal.aborted) this.#context.refresh()
  }

  async #reportEnd(operation: DeviceOperation, row: Row): Promise<void> {
    try {
      await this.#report(operation, row)
    } catch (error) {
      // A result that cannot be sent is no reason to leave the operation executing for ever.
      if (!isAboutTheRow(error)) throw error
      const reason = `The result cannot be sent: ${error.message}`
      await this.#report(operation, failure(operation, reason))
    }
  }

  async #report({ externalId }: DeviceOperation, row: Row): Promise<void> {
    await this.#context.report(externalId, formatRow(row))
  }
}

interface Lane {
  isRunning: boolean
  /** The server has more for this lane than it was free to take. */
  isBehind: boolean
}

type Row = readonly (string | number | boolean)[]

/** The row that says how it ended; undefined if it has not. */
async function finish(
  operation: DeviceOperation,
  handler: OperationHandler,
  signal: AbortSignal,
): Promise<Row | undefined> {
  try {
    const outcome = await handler(operation, { signal })
    if (outcome === stillExecuting) return undefined
    return ['503', operation.fragment, ...resultColumns(outcome)]
  } catch (error) {
    return failure(operation, asError(error).message)
  }
}

function resultColumns(outcome: Exclude<OperationOutcome, typeof stillExecuting>): Row {
  if (outcome === undefined) return []
  return typeof outcome === 'object' ? outcome : [outcome]
}

/** Characters of a reason; it is one sentence for people. */
const reasonCharsMax = 1_000

function failure({ fragment }: DeviceOperation, reason: string): Row {
  const isShort = reason.length <= reasonCharsMax
  return ['502', fragment, isShort ? reason : `${reason.slice(0, reasonCharsMax).toWellFormed()}…`]
}

function isAboutTheRow(error: unknown): error is DeviceError {
  return error instanceof DeviceError && error.code === 'messageTooLarge'
}
