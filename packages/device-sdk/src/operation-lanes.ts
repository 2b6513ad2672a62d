import { formatRow } from '@pileus/smartrest'
import { DeviceError } from './device-error.ts'
import {
  type DeviceOperation,
  type OperationHandler,
  type OperationOutcome,
  stillExecuting,
} from './operation.ts'
import { textOf } from './pause.ts'

export interface OperationLanesContext {
  /** What to do with such an operation of that target; without it, it stays PENDING. */
  readonly findHandler: (fragment: string, externalId: string) => OperationHandler | undefined
  /** Tells the state of an operation, done when it is acknowledged. */
  readonly report: (externalId: string, row: string) => Promise<void>
  /** Asks the server for everything that is PENDING, oldest first and from a clean start. */
  readonly refresh: () => void
  /** In ms, from anywhere. */
  readonly now: () => number
  readonly signal: AbortSignal
}

/**
 * Runs operations: one after another for each target and fragment, since rows 501 to 503 address
 * the oldest operation with a fragment and nothing else tells which one is meant.
 *
 * So a row is only worth what it says if it is known to be of the oldest PENDING operation. Rows
 * that come while their lane is up to date are the next ones, in order. They are worth that for a
 * moment only: an operation may be cancelled while it waits, and nobody says so. And a row that says
 * the same as one before is a repetition, or it is not. In both cases the lane does what it knows to
 * be next, and then asks the server for what is PENDING.
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
    const text = formatRow(operation.row)
    const next = { operation, handler, text, knownAt: this.#context.now() }
    const busy = this.#lanes.get(key)
    if (busy === undefined) {
      const lane: Lane = { running: next, waiting: [], isBehind: false }
      this.#lanes.set(key, lane)
      void this.#run(key, lane)
    } else if (!busy.isBehind) {
      busy.isBehind = busy.waiting.length >= waitingMax || knows(busy, text)
      if (!busy.isBehind) busy.waiting.push(next)
    }
  }

  /**
   * Everything PENDING is sent from now on, after a refresh or on a new connection; what came before
   * counts no more. An operation whose start the server has not heard of yet may be among that: its
   * lane is still taken, so it is not run again.
   */
  refreshed(): void {
    for (const [key, lane] of this.#lanes) {
      lane.waiting = []
      lane.isBehind = false
      if (lane.running === undefined) this.#lanes.delete(key)
    }
  }

  /** Until the lane has nothing more to do, or does not know what. */
  async #run(key: string, lane: Lane): Promise<void> {
    const { now, signal, refresh } = this.#context
    while (lane.running !== undefined) {
      await this.#runOne(lane.running)
      const next = signal.aborted ? undefined : lane.waiting.shift()
      const isKnown = next !== undefined && now() - next.knownAt <= knownForMs
      if (next !== undefined && !isKnown) lane.isBehind = true
      lane.running = isKnown ? next : undefined
    }
    if (!lane.isBehind) this.#lanes.delete(key)
    else if (!signal.aborted) refresh()
  }

  async #runOne({ operation, handler }: Known): Promise<void> {
    try {
      await this.#report(operation, formatRow(['501', operation.fragment]))
      const end = await finish(operation, handler, this.#context.signal)
      if (end !== undefined) await this.#reportEnd(operation, end)
    } catch (error) {
      // Whoever closes the device while it works has an operation that stays as it is.
      if (!(error instanceof DeviceError && error.code === 'closed')) throw error
    }
  }

  async #reportEnd(operation: DeviceOperation, row: string): Promise<void> {
    try {
      await this.#report(operation, row)
    } catch (error) {
      // A result that cannot be sent is no reason to leave the operation executing for ever.
      if (!isAboutTheRow(error)) throw error
      const reason = `The result cannot be sent: ${error.message}`
      await this.#report(operation, failure(operation, reason))
    }
  }

  async #report({ externalId }: DeviceOperation, row: string): Promise<void> {
    await this.#context.report(externalId, row)
  }
}

interface Lane {
  running: Known | undefined
  /** What comes next, in order. */
  waiting: Known[]
  /** There is more, but it is not known what. */
  isBehind: boolean
}

/** An operation that was the next one of its lane when it came. */
interface Known {
  readonly operation: DeviceOperation
  readonly handler: OperationHandler
  /** Its row. */
  readonly text: string
  readonly knownAt: number
}

/** Of one lane. The server keeps what is above that. */
const waitingMax = 100
/** So long nobody can have meant to cancel an operation. */
const knownForMs = 200

function knows({ running, waiting }: Lane, text: string): boolean {
  return running?.text === text || waiting.some((known) => known.text === text)
}

/** The row that says how it ended; undefined if it has not. */
async function finish(
  operation: DeviceOperation,
  handler: OperationHandler,
  signal: AbortSignal,
): Promise<string | undefined> {
  try {
    const outcome = await handler(operation, { signal })
    if (outcome === stillExecuting) return undefined
    return formatRow(['503', operation.fragment, ...resultColumns(outcome)])
  } catch (error) {
    return failure(operation, textOf(error))
  }
}

function resultColumns(
  outcome: Exclude<OperationOutcome, typeof stillExecuting>,
): readonly (string | number | boolean)[] {
  if (outcome === undefined) return []
  return typeof outcome === 'object' ? outcome : [outcome]
}

/** Characters of a reason; it is one sentence for people. */
const reasonCharsMax = 1_000

function failure({ fragment }: DeviceOperation, reason: string): string {
  const isShort = reason.length <= reasonCharsMax
  const told = isShort ? reason : `${reason.slice(0, reasonCharsMax).toWellFormed()}…`
  return formatRow(['502', fragment, told])
}

function isAboutTheRow(error: unknown): error is DeviceError {
  return error instanceof DeviceError && error.code === 'messageTooLarge'
}
