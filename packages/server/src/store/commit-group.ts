import type {
  DomainEvent,
  Eventually,
  InstanceRepository,
  Instant,
  PublishReceipt,
  RunsUnits,
  TenantEvent,
  TenantId,
  TenantRepository,
  Unit,
} from '@pileus/domain'
import { PlatformError } from '../platform-error.ts'
import type { Engine } from './engine.ts'

/** Bounds of the queue. Sizes in bytes are bounded before, where the bytes come in. */
export interface CommitGroupLimits {
  /** A group closes at this many units (reliability ). */
  readonly groupUnitsMax: number
  /**
   * How long a unit waits for neighbours after the group before it, when that one was shared.
   * A lone unit on an idle platform never waits.
   */
  readonly groupDelayMs: number
  /** From this many waiting units on, those who hand them in are asked to pause … */
  readonly pauseUnits: number
  /** … until so few are left. */
  readonly resumeUnits: number
  /** More are refused: somebody did not pause. */
  readonly queuedUnitsMax: number
}

export const defaultCommitGroupLimits: CommitGroupLimits = {
  groupUnitsMax: 4096,
  groupDelayMs: 0,
  pauseUnits: 8192,
  resumeUnits: 2048,
  queuedUnitsMax: 65_536,
}

export interface CommitGroupListeners {
  /** A group was carried out: committed, or some of its units refused. */
  readonly onGroupDone?: (units: number, durationMs: number) => void
  /** What committed units announced, in order; called after their promises have been served. */
  readonly onCommitted?: (events: readonly TenantEvent[]) => void
  /** `true` when the queue has grown beyond its high mark, `false` below the low one. */
  readonly onPressure?: (isPaused: boolean) => void
  /** The storage can no longer be trusted. Called once; every unit is rejected from then on. */
  readonly onFailure?: (error: PlatformError) => void
}

/** How far the storage is behind. */
export interface QueueDepth {
  readonly waitingUnits: number
  /** No unit has waited longer, in milliseconds. */
  readonly ageMs: number
}

/**
 * Lets units of many connections share a transaction.
 *
 * A group is what one turn of the event loop brought: it is carried out after the poll phase, so
 * everything read from the sockets in that turn waits for one fsync together. Units run strictly
 * in the order in which they were handed in, which is also the order of each connection, and
 * their promises are settled in that order, after the commit.
 *
 * When a group fails, it is cut at the unit that failed: what came before it, the unit itself and
 * what came after it are three groups. So a poisonous unit is rejected alone, and its neighbours
 * pay one more transaction each way instead of one per unit.
 */
export class CommitGroup implements RunsUnits {
  readonly #engine: Engine
  readonly #limits: CommitGroupLimits
  readonly #listeners: CommitGroupListeners

  #queue: QueuedUnit[] = []
  #waitingSince = 0
  #isScheduled = false
  #isRunning = false
  #isPaused = false
  #lastGroupUnits = 0
  #lastGroupEnded = 0
  /** Why nothing is accepted any more. */
  #refusal: PlatformError | undefined
  #hasFailed = false
  #drained: PromiseWithResolvers<void> | undefined

  constructor(engine: Engine, limits: CommitGroupLimits, listeners: CommitGroupListeners) {
    this.#engine = engine
    this.#limits = limits
    this.#listeners = listeners
  }

  get depth(): QueueDepth {
    const waitingUnits = this.#queue.length
    return { waitingUnits, ageMs: waitingUnits === 0 ? 0 : performance.now() - this.#waitingSince }
  }

  run<T>(
    tenantId: TenantId,
    now: Instant,
    work: (unit: Unit) => Eventually<T>,
    receipt?: PublishReceipt,
  ): Promise<T> {
    if (this.#refusal !== undefined) return Promise.reject(this.#refusal)
    const waitingUnits = this.#queue.length
    if (waitingUnits >= this.#limits.queuedUnitsMax) {
      return Promise.reject(new PlatformError('storageBusy', { waiting: String(waitingUnits) }))
    }
    return new Promise<T>((resolve, reject) => {
      const settle = resolve as (result: unknown) => void
      // walk: uplink 6
      this.#queue.push(
        new QueuedUnit(this.#engine, tenantId, now, work, receipt ?? noReceipt, settle, reject),
      )
      if (waitingUnits === 0) this.#waitingSince = performance.now()
      if (waitingUnits + 1 === this.#limits.pauseUnits && !this.#isPaused) this.#setPaused(true)
      this.#schedule()
    })
  }

  /** Accepts no more units and waits until those that were handed in are settled. */
  async close(): Promise<void> {
    this.#refusal ??= new PlatformError('storageClosed')
    if (this.#queue.length === 0 && !this.#isRunning) return
    this.#drained ??= Promise.withResolvers()
    this.#schedule()
    await this.#drained.promise
  }

  #schedule(): void {
    if (this.#isScheduled || this.#isRunning) return
    this.#isScheduled = true
    const delayMs = this.#delayMs()
    if (delayMs > 0) setTimeout(this.#runNext, delayMs)
    else setImmediate(this.#runNext)
  }

  #delayMs(): number {
    if (this.#lastGroupUnits < 2 || this.#queue.length >= this.#limits.groupUnitsMax) return 0
    const sinceLast = performance.now() - this.#lastGroupEnded
    return Math.floor(this.#limits.groupDelayMs - sinceLast)
  }

  readonly #runNext = (): void => {
    this.#isScheduled = false
    this.#isRunning = true
    const group = this.#takeGroup()
    const began = performance.now()
    // Never rejects: what goes wrong inside is the answer to the units concerned.
    void this.#runGroup(group).then(() => {
      this.#isRunning = false
      this.#lastGroupUnits = group.length
      this.#lastGroupEnded = performance.now()
      this.#listeners.onGroupDone?.(group.length, this.#lastGroupEnded - began)
      if (this.#queue.length > 0) this.#schedule()
      else this.#drained?.resolve()
    })
  }

  #takeGroup(): readonly QueuedUnit[] {
    const { groupUnitsMax, resumeUnits } = this.#limits
    let group = this.#queue
    if (group.length <= groupUnitsMax) this.#queue = []
    else group = this.#queue.splice(0, groupUnitsMax)
    this.#waitingSince = performance.now()
    if (this.#isPaused && this.#queue.length <= resumeUnits) this.#setPaused(false)
    return group
  }

  #setPaused(isPaused: boolean): void {
    this.#isPaused = isPaused
    this.#listeners.onPressure?.(isPaused)
  }

  async #runGroup(group: readonly QueuedUnit[]): Promise<void> {
    const waiting: (readonly QueuedUnit[])[] = [group]
    for (let part = waiting.pop(); part !== undefined; part = waiting.pop()) {
      if (part.length === 0) continue
      if (this.#hasFailed) {
        for (const unit of part) unit.reject(this.#refusal)
        continue
      }
      const failure = await this.#tryPart(part)
      if (failure === undefined) this.#settle(part)
      else if (failure.isFinal) this.#stop(failure.error, part)
      else if (part.length === 1) part[0]?.reject(failure.error)
      else waiting.push(...cutAt(part, failure.index).reverse())
    }
  }

  /** One transaction. The part is committed as a whole or not at all. */
  async #tryPart(part: readonly QueuedUnit[]): Promise<PartFailure | undefined> {
    const receipts: PublishReceipt[] = []
    let now = 0
    let index: number | undefined
    try {
      const begun = this.#engine.begin()
      if (isPromise(begun)) await begun
      for (index = 0; index < part.length; index++) {
        const unit = part[index] as QueuedUnit
        unit.priorReceipts = receipts
        unit.events = undefined
        const result = unit.work(unit)
        // A turn of the microtask queue per unit is not free, so only where there is a wait.
        unit.result = isPromise(result) ? await result : result
        if (unit.receipt !== noReceipt) receipts.push(unit.receipt)
        if (unit.now > now) now = unit.now
      }
      index = undefined
      // walk: uplink 10
      const committed = this.#engine.commit(receipts, now)
      if (isPromise(committed)) await committed
      return undefined
    } catch (cause) {
      return this.#giveUp(cause, index)
    }
  }

  async #giveUp(cause: unknown, index: number | undefined): Promise<PartFailure> {
    const failure = this.#engine.explainFailure(cause)
    try {
      await this.#engine.rollback()
    } catch (rollbackCause) {
      const error = new PlatformError(
        'storageFailed',
        { reason: 'a transaction could not be undone' },
        { cause: rollbackCause },
      )
      return { error, isFinal: true, index }
    }
    return { error: failure?.error ?? cause, isFinal: failure?.isFinal ?? false, index }
  }

  #settle(part: readonly QueuedUnit[]): void {
    const events: TenantEvent[] = []
    for (const unit of part) {
      unit.resolve(unit.result)
      if (unit.events !== undefined) events.push(...unit.events)
    }
    const { onCommitted } = this.#listeners
    if (onCommitted === undefined || events.length === 0) return
    // Acknowledgements go first: the tick comes after all that hangs on the promises above.
    queueMicrotask(() => process.nextTick(onCommitted, events))
  }

  #stop(error: unknown, part: readonly QueuedUnit[]): void {
    const refusal =
      error instanceof PlatformError
        ? error
        : new PlatformError('storageFailed', { reason: String(error) }, { cause: error })
    this.#refusal = refusal
    this.#hasFailed = true
    for (const unit of part) unit.reject(refusal)
    for (const unit of this.#queue.splice(0)) unit.reject(refusal)
    this.#listeners.onFailure?.(refusal)
  }
}

interface PartFailure {
  readonly error: unknown
  readonly isFinal: boolean
  /** The unit that failed; `undefined` when it was the transaction. */
  readonly index: number | undefined
}

function cutAt(part: readonly QueuedUnit[], index: number | undefined): (readonly QueuedUnit[])[] {
  if (index === undefined) {
    const middle = part.length >> 1
    return [part.slice(0, middle), part.slice(middle)]
  }
  return [part.slice(0, index), part.slice(index, index + 1), part.slice(index + 1)]
}

const noReceipt = -1

/** A unit and its place in the queue are one object: there are 100 000 of them a second. */
class QueuedUnit implements Unit {
  readonly tenantId: TenantId
  readonly now: Instant
  readonly work: (unit: Unit) => Eventually<unknown>
  readonly receipt: PublishReceipt
  readonly resolve: (result: unknown) => void
  readonly reject: (error: unknown) => void
  readonly #engine: Engine
  result: unknown = undefined
  events: TenantEvent[] | undefined = undefined
  priorReceipts: readonly PublishReceipt[] = []

  constructor(
    engine: Engine,
    tenantId: TenantId,
    now: Instant,
    work: (unit: Unit) => Eventually<unknown>,
    receipt: PublishReceipt,
    resolve: (result: unknown) => void,
    reject: (error: unknown) => void,
  ) {
    this.#engine = engine
    this.tenantId = tenantId
    this.now = now
    this.work = work
    this.receipt = receipt
    this.resolve = resolve
    this.reject = reject
  }

  get repository(): TenantRepository {
    return this.#engine.tenant(this.tenantId)
  }

  get instance(): InstanceRepository {
    return this.#engine.instance
  }

  tenant(tenantId: TenantId): TenantRepository {
    return this.#engine.tenant(tenantId)
  }

  announce(event: DomainEvent, tenantId: TenantId = this.tenantId): void {
    this.events ??= []
    this.events.push({ tenantId, event })
  }

  hasReceipt(receipt: PublishReceipt): boolean {
    return this.#engine.hasReceipt(receipt) || this.priorReceipts.includes(receipt)
  }
}

function isPromise<T>(value: Eventually<T>): value is Promise<T> {
  return value instanceof Promise
}
