import type {
  Batch,
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
  /** Units and messages of batches in the queue. */
  #waiting = 0
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
    const waitingUnits = this.#waiting
    return { waitingUnits, ageMs: waitingUnits === 0 ? 0 : performance.now() - this.#waitingSince }
  }

  run<T>(tenantId: TenantId, now: Instant, work: (unit: Unit) => Eventually<T>): Promise<T> {
    const unit = new SingleUnit(this.#engine, tenantId, now, work)
    this.#enqueue(unit)
    return unit.settled as Promise<T>
  }

  openBatch<Message>(
    tenantId: TenantId,
    now: Instant,
    perform: (unit: Unit, message: Message) => Eventually<void>,
  ): Batch<Message> {
    const onAdded = () => this.#onAdded()
    const batch = new BatchUnit<Message>(this.#engine, tenantId, now, perform, onAdded)
    this.#enqueue(batch)
    return batch
  }

  #enqueue(unit: QueuedUnit): void {
    const waiting = this.#waiting
    if (this.#refusal !== undefined) {
      refuse(unit, this.#refusal)
    } else if (waiting >= this.#limits.queuedUnitsMax) {
      refuse(unit, new PlatformError('storageBusy', { waiting: String(waiting) }))
    } else {
      if (this.#queue.length === 0) this.#waitingSince = performance.now()
      // walk: uplink 6
      this.#queue.push(unit)
      for (let added = 0; added < unit.size; added++) this.#onAdded()
      this.#schedule()
    }
  }

  #onAdded(): void {
    this.#waiting++
    if (this.#waiting >= this.#limits.pauseUnits && !this.#isPaused) this.#setPaused(true)
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
    let size = 0
    let count = 0
    while (count < this.#queue.length && size < groupUnitsMax) {
      const unit = this.#queue[count++] as QueuedUnit
      unit.close()
      size += unit.size
    }
    const isAll = count === this.#queue.length
    const group = isAll ? this.#queue : this.#queue.splice(0, count)
    if (isAll) this.#queue = []
    this.#waiting -= size
    this.#waitingSince = performance.now()
    if (this.#isPaused && this.#waiting <= resumeUnits) this.#setPaused(false)
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
      else waiting.push(...divide(part, failure).reverse())
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
        unit.begin(receipts)
        const result = unit.carryOut()
        // A turn of the microtask queue per unit is not free, so only where there is a wait.
        unit.result = isPromise(result) ? await result : result
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
      unit.resolve()
      // One by one: there may be more than a call can have arguments.
      for (const event of unit.events ?? []) events.push(event)
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
    for (const unit of this.#queue.splice(0)) refuse(unit, refusal)
    this.#waiting = 0
    this.#listeners.onFailure?.(refusal)
  }
}

/** A batch that is refused takes no more messages: nobody would ever count them as done. */
function refuse(unit: QueuedUnit, error: PlatformError): void {
  unit.close()
  unit.reject(error)
}

interface PartFailure {
  readonly error: unknown
  readonly isFinal: boolean
  /** The unit that failed; `undefined` when it was the transaction. */
  readonly index: number | undefined
}

/**
 * The parts that are tried next: the failed unit alone, and what was before and after it. A batch
 * that failed alone falls apart into its messages; a single unit is the one to be rejected.
 */
function divide(
  part: readonly QueuedUnit[],
  { error, index }: PartFailure,
): (readonly QueuedUnit[])[] {
  const [first] = part
  if (part.length === 1 && first !== undefined) {
    const messages = first.split()
    if (messages.length === 0) first.reject(error)
    return [messages]
  }
  if (index === undefined) {
    const middle = part.length >> 1
    return [part.slice(0, middle), part.slice(middle)]
  }
  return [part.slice(0, index), part.slice(index, index + 1), part.slice(index + 1)]
}

/** A unit and its place in the queue are one object: there are 100 000 of them a second. */
abstract class QueuedUnit implements Unit {
  readonly tenantId: TenantId
  readonly now: Instant
  readonly engine: Engine
  result: unknown = undefined
  events: TenantEvent[] | undefined = undefined
  /** Those of the whole transaction so far. */
  #receipts: PublishReceipt[] = noReceipts
  #settle: ((result: unknown) => void) | undefined
  #refuse: ((error: unknown) => void) | undefined
  readonly settled: Promise<unknown>

  constructor(engine: Engine, tenantId: TenantId, now: Instant) {
    this.engine = engine
    this.tenantId = tenantId
    this.now = now
    this.settled = new Promise((resolve, reject) => {
      this.#settle = resolve
      this.#refuse = reject
    })
  }

  /** How many messages it stands for. */
  abstract readonly size: number
  abstract carryOut(): Eventually<unknown>
  /** Its turn has come: it takes no more messages. */
  close(): void {}
  /** Its messages as units of their own; none where it is one already. */
  split(): readonly QueuedUnit[] {
    return []
  }

  /** Before each attempt; `receipts` are those of the whole transaction, in order. */
  begin(receipts: PublishReceipt[]): void {
    this.#receipts = receipts
    this.events = undefined
  }

  resolve(): void {
    this.#settle?.(this.result)
  }

  reject(error: unknown): void {
    this.#refuse?.(error)
  }

  get repository(): TenantRepository {
    return this.engine.tenant(this.tenantId)
  }

  get instance(): InstanceRepository {
    return this.engine.instance
  }

  tenant(tenantId: TenantId): TenantRepository {
    return this.engine.tenant(tenantId)
  }

  announce(event: DomainEvent, tenantId: TenantId = this.tenantId): void {
    this.events ??= []
    this.events.push({ tenantId, event })
  }

  rememberReceipt(receipt: PublishReceipt): void {
    this.#receipts.push(receipt)
  }

  hasReceipt(receipt: PublishReceipt): boolean {
    return this.engine.hasReceipt(receipt) || this.#receipts.includes(receipt)
  }
}

const noReceipts: PublishReceipt[] = []

class SingleUnit extends QueuedUnit {
  readonly size = 1
  readonly #work: (unit: Unit) => Eventually<unknown>

  constructor(
    engine: Engine,
    tenantId: TenantId,
    now: Instant,
    work: (unit: Unit) => Eventually<unknown>,
  ) {
    super(engine, tenantId, now)
    this.#work = work
  }

  carryOut(): Eventually<unknown> {
    return this.#work(this)
  }
}

class BatchUnit<Message> extends QueuedUnit implements Batch<Message> {
  readonly #perform: (unit: Unit, message: Message) => Eventually<void>
  readonly #onAdded: () => void
  readonly #messages: Message[] = []
  #isOpen = true

  constructor(
    engine: Engine,
    tenantId: TenantId,
    now: Instant,
    perform: (unit: Unit, message: Message) => Eventually<void>,
    onAdded: () => void,
  ) {
    super(engine, tenantId, now)
    this.#perform = perform
    this.#onAdded = onAdded
  }

  get size(): number {
    return this.#messages.length
  }

  get committed(): Promise<void> {
    return this.settled as Promise<void>
  }

  add(message: Message): boolean {
    if (!this.#isOpen) return false
    this.#messages.push(message)
    this.#onAdded()
    return true
  }

  override close(): void {
    this.#isOpen = false
  }

  carryOut(): Eventually<void> {
    for (let index = 0; index < this.#messages.length; index++) {
      const done = this.#perform(this, this.#messages[index] as Message)
      if (isPromise(done)) return this.#finish(done, index + 1)
    }
    return undefined
  }

  async #finish(pending: Promise<void>, next: number): Promise<void> {
    await pending
    for (const message of this.#messages.slice(next)) await this.#perform(this, message)
  }

  override split(): readonly QueuedUnit[] {
    if (this.#messages.length < 2) return []
    const units = this.#messages.map(
      (message) =>
        new SingleUnit(this.engine, this.tenantId, this.now, (unit) =>
          this.#perform(unit, message),
        ),
    )
    void this.#settleWith(units)
    return units
  }

  /** Rejects with what went wrong, once that is known of all. */
  async #settleWith(units: readonly QueuedUnit[]): Promise<void> {
    const settled = await Promise.allSettled(units.map((unit) => unit.settled))
    const errors = new Set(
      settled.flatMap((each) => (each.status === 'rejected' ? [each.reason as unknown] : [])),
    )
    if (errors.size === 0) this.resolve()
    else this.reject(errors.size === 1 ? [...errors][0] : new AggregateError(errors))
  }
}

function isPromise<T>(value: Eventually<T>): value is Promise<T> {
  return value instanceof Promise
}
