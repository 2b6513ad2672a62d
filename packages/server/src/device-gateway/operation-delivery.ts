import type {
  Connection,
  Instant,
  ManagedObjectId,
  Operation,
  OperationId,
  TenantId,
  TenantReader,
} from '@pileus/domain'
import {
  agentFragment,
  findAgent,
  preferredOf,
  recordDelivery,
  serialType,
  updateOperation,
} from '@pileus/domain'
import type { Audience, OperationChannel } from './operation-channels.ts'
import { findOperationChannel, OperationView } from './operation-channels.ts'
import type { Downlink } from './session-ports.ts'
import type { LanguageSurroundings } from './session-surroundings.ts'
import type { SmartRest1Collections } from './smartrest-1/smartrest-1-collections.ts'
import type { Subscriptions } from './subscription-filters.ts'
import { covers } from './subscription-filters.ts'
import type { TemplateCollections } from './template-collections.ts'

/** Pending operations read in one go. */
const batchSize = 20
/** The first 500 after a SUBSCRIBE leaves out what that SUBSCRIBE sent (reliability ). */
const subscribeGraceMs = 10_000
/** Children whose operations a device may have asked for at once; beyond, it gets all of them. */
const scopesMax = 50

interface Position {
  readonly creationTime: Instant
  readonly id: OperationId
}

/** How far one filter has come in the pending operations of the device. */
interface Cursor {
  readonly filter: string
  readonly channel: OperationChannel
  /** The object whose operations are sent; the whole device unless a 500 named a child. */
  readonly scopeId: ManagedObjectId | undefined
  /** The last operation sent; the next one is read strictly after it. */
  after: Position | undefined
  /** How often `after` was put back, so that a delivery under way notices it. */
  rewinds: number
  /** There may be something behind `after`. */
  isBehind: boolean
  /** Once everything that was pending has been sent, what comes is new. */
  isLive: boolean
  /** When it was subscribed, until the first 500 after that. */
  subscribedAt: Instant | undefined
  /** The position when the SUBSCRIBE had sent everything; `undefined` before that. */
  sentUpTo: Position | 'nothing' | undefined
}

/** One operation on its way to the device, on whatever topics it takes. */
interface Handover {
  readonly operationId: OperationId
  /** What has been sent of it, should there be no room for the rest. */
  readonly sent: SentForm[]
  isAcknowledged: boolean
}

interface SentForm {
  readonly cursor: Cursor
  /** Of the cursor, at that time. */
  readonly rewinds: number
  readonly topic: string
}

/** A message that is to be sent for the sake of a cursor. */
interface DueMessage {
  readonly cursor: Cursor
  readonly topic: string
  readonly payload: string
}

/**
 * What became of one operation. `settled`: sent, or nothing to send. `noRoom`: it has to wait.
 * `stale`: time has passed, so what was read may be true no more.
 */
type Step = 'settled' | 'noRoom' | 'stale'

/** The session as its delivery sees it. */
export interface Recipient {
  readonly connection: Connection
  readonly downlink: Downlink
  readonly subscriptions: Subscriptions
  /** Collection behind `s/dd`. */
  readonly defaultTemplate: string | undefined
}

/**
 * Sends the pending operations of one connected device, oldest first, as the window opens.
 *
 * Nothing is queued here: each filter has a position in the stored operations and reads on from
 * there. A new subscription or row 500 puts the position back to the start, so whatever is still
 * PENDING is sent again, across restarts too. When the store fails, the connection ends: the
 * device comes back, subscribes, and nothing is lost but time.
 *
 * Filters that have sent all that was pending go on together: a new operation is read once, takes
 * the form of each topic, and leaves one trace in its log.
 *
 * @see registration §8, reliability §18
 */
export class OperationDelivery implements Audience {
  readonly defaultTemplate: string | undefined
  readonly #around: LanguageSurroundings
  readonly #connection: Connection
  readonly #downlink: Downlink
  readonly #subscriptions: Subscriptions
  /** Few: one for each subscribed filter, and one for each child that is being asked for. */
  #cursors: readonly Cursor[] = noCursors
  /** The operation of which a part was sent when the room ended. */
  #interrupted: Handover | undefined
  #isPumping = false
  #isPumpAsked = false

  constructor(around: LanguageSurroundings, recipient: Recipient) {
    this.#around = around
    this.#connection = recipient.connection
    this.#downlink = recipient.downlink
    this.#subscriptions = recipient.subscriptions
    this.defaultTemplate = recipient.defaultTemplate
  }

  get tenantId(): TenantId {
    return this.#connection.actor.tenantId
  }

  get collections(): TemplateCollections {
    return this.#around.collections
  }

  get smartRest1Collections(): SmartRest1Collections {
    return this.#around.smartRest1Collections
  }

  get packetBytesMax(): number {
    return this.#around.packetBytesMax
  }

  hasOwn(topic: string): boolean {
    return this.#cursors.some((cursor) => cursor.filter === topic && cursor.scopeId === undefined)
  }

  /** The device subscribed the filter: everything pending is to be sent there. */
  subscribe(filter: string): void {
    const channel = findOperationChannel(filter)
    if (channel === undefined) return
    // In place of an earlier subscription, with all that was under way for it.
    this.#cursors = this.#cursors.filter((cursor) => cursor.filter !== filter)
    this.#add({
      filter,
      channel,
      scopeId: undefined,
      after: undefined,
      rewinds: 0,
      isBehind: true,
      isLive: false,
      subscribedAt: this.#around.clock.now(),
      sentUpTo: undefined,
    })
    // Those that have cursors of their own are part of what was subscribed.
    for (const { filter: covered, scopeId } of this.#cursors) {
      if (scopeId === undefined && isCovered(covered, filter)) this.subscribe(covered)
    }
  }

  unsubscribe(filter: string): void {
    const removed = this.#cursors.filter((cursor) => cursor.filter === filter)
    if (removed.length === 0) return
    this.#cursors = this.#cursors.filter((cursor) => cursor.filter !== filter)
    // A wildcard that goes on for it must not pass over what it has still to send.
    for (const { scopeId, isBehind, after } of removed) {
      const heir = this.#cursors.find(
        (cursor) => cursor.scopeId === scopeId && isCovered(filter, cursor.filter),
      )
      if (heir !== undefined && isBehind) rewind(heir, earlier(heir.after, after))
    }
  }

  #add(cursor: Cursor): void {
    // Unlike a spread, takes no more room than it needs; there is one for each connection.
    this.#cursors = this.#cursors.concat(cursor)
  }

  /** Row 500: everything pending of the object and below is sent again on every topic. */
  resend(managedObjectId: ManagedObjectId, isRoot: boolean): void {
    const now = this.#around.clock.now()
    for (const cursor of this.#cursors) {
      if (cursor.scopeId !== undefined) continue
      const sentUpTo = isFresh(cursor, now) ? cursor.sentUpTo : 'nothing'
      cursor.subscribedAt = undefined
      // The SUBSCRIBE is still sending.
      if (sentUpTo === undefined) continue
      const after = sentUpTo === 'nothing' ? undefined : sentUpTo
      if (isRoot) rewind(cursor, after)
      else this.#resendBelow(cursor, managedObjectId, after)
    }
    this.pump()
  }

  #resendBelow(cursor: Cursor, scopeId: ManagedObjectId, after: Position | undefined): void {
    const { filter } = cursor
    const scopes = this.#cursors.filter(
      (each) => each.filter === filter && each.scopeId !== undefined,
    )
    const present = scopes.find((each) => each.scopeId === scopeId)
    if (present !== undefined) rewind(present, after)
    else if (scopes.length >= scopesMax) rewind(cursor, after)
    else this.#add({ ...cursor, scopeId, after, isBehind: true })
  }

  /** An operation of this device has been created. */
  created(operation: Operation): void {
    for (const cursor of this.#cursors) {
      if (cursor.scopeId !== undefined) continue
      if (cursor.after !== undefined && isPassedUnseen(operation, cursor.after)) {
        rewind(cursor, undefined)
      }
      cursor.isBehind = true
    }
    this.pump()
  }

  /** Nothing is sent any more; what is under way notices that its topic is gone. */
  close(): void {
    this.#cursors = []
  }

  /** Sends what there is and what fits. Calls while it runs make it look once more. */
  pump(): void {
    this.#isPumpAsked = true
    if (this.#isPumping || !this.#cursors.some((cursor) => cursor.isBehind)) return
    this.#isPumping = true
    void this.#run()
  }

  /** Never rejects. */
  async #run(): Promise<void> {
    try {
      while (this.#isPumpAsked) {
        this.#isPumpAsked = false
        await this.#sendPending()
      }
    } catch (error) {
      this.#around.observer.failed('deliverOperations', error)
      this.close()
      this.#downlink.close('The operations of the device could not be read')
    }
    this.#isPumping = false
  }

  async #sendPending(): Promise<void> {
    const rootId = await this.#findRoot()
    if (rootId === undefined) return
    // What is new does not wait for what a subscription repeats.
    for (const isLive of [true, false]) {
      const isOfGroup = (cursor: Cursor) => cursor.scopeId === undefined && cursor.isLive === isLive
      if (!(await this.#advance(rootId, isOfGroup))) return
    }
    for (const { scopeId, isBehind } of this.#cursors) {
      if (scopeId === undefined || !isBehind) continue
      const isOfGroup = (cursor: Cursor) => cursor.scopeId === scopeId
      if (!(await this.#isServed(rootId, scopeId))) {
        this.#cursors = this.#cursors.filter((cursor) => !isOfGroup(cursor))
      } else if (!(await this.#advance(scopeId, isOfGroup))) return
    }
  }

  /** The device of this connection, if it speaks for itself and its children. */
  async #findRoot(): Promise<ManagedObjectId | undefined> {
    const reader = this.#reader
    const value = this.#connection.deviceIdentifier
    const id = await reader.findByExternalId({ type: serialType, value })
    if (id === undefined) return undefined
    const managedObject = await reader.findManagedObject(id)
    const isAgent = managedObject && Object.hasOwn(managedObject.fragments, agentFragment)
    return isAgent ? id : undefined
  }

  /** Whether this connection is the one that speaks for the object (registration §8.1). */
  async #isServed(rootId: ManagedObjectId, id: ManagedObjectId): Promise<boolean> {
    return (await findAgent(this.#reader, id))?.id === rootId
  }

  get #reader(): TenantReader {
    return this.#around.store.reader(this.tenantId)
  }

  /** Moves the cursors of a group on in step. Gives `false` when there is no more room. */
  async #advance(
    rootId: ManagedObjectId,
    isOfGroup: (cursor: Cursor) => boolean,
  ): Promise<boolean> {
    for (;;) {
      const group = this.#cursors.filter((cursor) => cursor.isBehind && isOfGroup(cursor))
      if (group.length === 0) return true
      const limit = Math.min(batchSize, this.#roomFor(group))
      if (limit === 0) return false
      const rewinds = new Map(group.map((cursor) => [cursor, cursor.rewinds]))
      // A 500 or a subscription may come in between: what was read has to be read again then.
      const isStill = (cursor: Cursor) =>
        cursor.rewinds === rewinds.get(cursor) && this.#cursors.includes(cursor)
      for (const cursor of group) cursor.isBehind = false
      const after = group.map((cursor) => cursor.after).reduce(earlier)
      // walk: downlink 4
      const operations = await this.#reader.listPendingOperationsBelow({
        rootId,
        ...(after === undefined ? {} : { after }),
        limit,
      })
      const step = await this.#deliverAll(operations, group, isStill)
      const isMore = step !== 'settled' || operations.length === limit
      for (const cursor of group) {
        if (isMore) cursor.isBehind = true
        else this.#onCaughtUp(cursor)
      }
      if (step === 'noRoom') return false
    }
  }

  /** For QoS 0 there is room as long as the device reads, which shows when it is sent. */
  #roomFor(group: readonly Cursor[]): number {
    const isInWindow = group.some(({ filter }) => this.#subscriptions.qosOf(filter) !== 0)
    return isInWindow ? this.#downlink.room : batchSize
  }

  async #deliverAll(
    operations: readonly Operation[],
    group: readonly Cursor[],
    isStill: (cursor: Cursor) => boolean,
  ): Promise<Step> {
    for (const operation of operations) {
      const cursors = group.filter((cursor) => isStill(cursor) && isAhead(operation, cursor.after))
      if (cursors.length === 0) continue
      const step = await this.#deliver(operation, cursors, isStill)
      if (step === 'noRoom') return step
      const position = { creationTime: operation.creationTime, id: operation.id }
      for (const cursor of cursors) if (isStill(cursor)) cursor.after = position
      if (step === 'stale') return step
    }
    return 'settled'
  }

  #onCaughtUp(cursor: Cursor): void {
    if (cursor.isBehind) return
    cursor.isLive = true
    cursor.sentUpTo ??= cursor.after ?? 'nothing'
    if (cursor.scopeId !== undefined) {
      this.#cursors = this.#cursors.filter((each) => each !== cursor)
    }
  }

  async #deliver(
    operation: Operation,
    cursors: readonly Cursor[],
    isStill: (cursor: Cursor) => boolean,
  ): Promise<Step> {
    const view = await this.#viewOf(operation)
    if (view === undefined) return 'settled'
    const due: DueMessage[] = []
    for (const cursor of cursors) {
      // walk: downlink 5
      for (const { topic, payload } of await cursor.channel.formsOf(view, cursor.filter, this)) {
        if (payload !== undefined) due.push({ cursor, topic, payload })
      }
    }
    const present = due.filter(({ cursor }) => isStill(cursor))
    return due.length === 0 ? this.#judgeUnsent(view) : this.#send(operation, present)
  }

  /** Nothing could be said where it was due: what the other topics of the session can say decides. */
  async #judgeUnsent(view: OperationView): Promise<Step> {
    let isTooLong = false
    for (const { channel, filter, scopeId } of this.#cursors) {
      if (scopeId !== undefined) continue
      for (const { payload } of await channel.formsOf(view, filter, this)) {
        if (payload !== undefined) return 'settled'
        isTooLong = true
      }
    }
    if (isTooLong) {
      await this.#failOversized(view.operation)
      return 'stale'
    }
    this.#around.observer.operationUnsayable()
    return 'settled'
  }

  async #viewOf(operation: Operation): Promise<OperationView | undefined> {
    const device = await this.#reader.findManagedObject(operation.deviceId)
    if (device === undefined) return undefined
    const externalIds = await this.#reader.listExternalIds(device.id)
    return new OperationView(operation, device, preferredOf(externalIds))
  }

  /** Handed over once, on however many topics: that is what the log tells (registration §8.3). */
  #send(operation: Operation, due: readonly DueMessage[]): Step {
    const { observer, clock } = this.#around
    const handover = this.#handoverOf(operation.id)
    const { sent } = handover
    const cause = { operationId: operation.id }
    const isNew = sent.length === 0
    const rest = due.filter(({ cursor, topic }) => !sent.some(isOf(cursor, topic)))
    const isDone = rest.every(({ topic, payload, cursor }) => {
      const qos = this.#subscriptions.qosOf(topic) ?? 0
      const onAcknowledged = () => this.#acknowledge(handover)
      const isSent = this.#downlink.send(topic, payload, qos, onAcknowledged, cause)
      if (isSent) sent.push({ cursor, rewinds: cursor.rewinds, topic })
      return isSent
    })
    if (!isDone) this.#interrupted = handover
    if (isNew && sent.length > 0) {
      observer.operationSent(clock.now() - operation.creationTime)
      this.#record(operation.id, 'SEND')
    }
    return isDone ? 'settled' : 'noRoom'
  }

  /** Goes on with the one that was interrupted, unless it is to be sent anew. */
  #handoverOf(operationId: OperationId): Handover {
    const interrupted = this.#interrupted
    this.#interrupted = undefined
    const isGoingOn =
      interrupted?.operationId === operationId &&
      interrupted.sent.some(({ cursor, rewinds }) => cursor.rewinds === rewinds)
    return isGoingOn ? interrupted : { operationId, sent: [], isAcknowledged: false }
  }

  #acknowledge(handover: Handover): void {
    if (handover.isAcknowledged) return
    handover.isAcknowledged = true
    this.#around.observer.operationAcknowledged()
    this.#record(handover.operationId, 'DELIVERED')
  }

  #record(operationId: OperationId, status: 'SEND' | 'DELIVERED'): void {
    const { store, clock, observer } = this.#around
    const time = clock.now()
    store
      .run(this.tenantId, time, (unit) => recordDelivery(unit, operationId, { status, time }))
      .catch((error: unknown) => observer.failed('recordDelivery', error))
  }

  /** No form of it can reach the device (reliability ). */
  async #failOversized(operation: Operation): Promise<void> {
    const { store, clock, packetBytesMax } = this.#around
    const failureReason = `The operation does not fit into one message of ${packetBytesMax} bytes.`
    await store.run(this.tenantId, clock.now(), (unit) =>
      updateOperation(unit, operation.id, { status: 'FAILED', failureReason, fragments: {} }),
    )
  }
}

const noCursors: readonly Cursor[] = []

/** Whether the wildcard covers the topic of another filter. */
function isCovered(topic: string, wildcard: string): boolean {
  return topic !== wildcard && covers(wildcard, topic)
}

/** Whether the last SUBSCRIBE is so recent that the 500 after it does not repeat what it sent. */
function isFresh({ subscribedAt }: Cursor, now: Instant): boolean {
  // A clock that was set back does not make it younger.
  return subscribedAt !== undefined && now >= subscribedAt && now - subscribedAt < subscribeGraceMs
}

/** Sends again what comes after the position, or everything. */
function rewind(cursor: Cursor, after: Position | undefined): void {
  cursor.after = after
  cursor.rewinds += 1
  cursor.isBehind = true
  cursor.isLive = false
}

/** Of two positions the one from which more is to come; `undefined` is the start. */
function earlier(left: Position | undefined, right: Position | undefined): Position | undefined {
  if (left === undefined || right === undefined) return undefined
  return isAhead(left, right) ? right : left
}

function isAhead(position: Position, after: Position | undefined): boolean {
  if (after === undefined || position.creationTime > after.creationTime) return true
  return position.creationTime === after.creationTime && Number(position.id) > Number(after.id)
}

/** What was sent for this cursor on this topic, if it has not been put back since. */
function isOf(cursor: Cursor, topic: string): (sent: SentForm) => boolean {
  return (sent) => sent.cursor === cursor && sent.rewinds === cursor.rewinds && sent.topic === topic
}

/**
 * Whether a clock that was set back has put an operation before the position although it came
 * later. One that came earlier has been read: news of it may arrive after the operation itself.
 */
function isPassedUnseen(operation: Operation, position: Position): boolean {
  return (
    operation.creationTime < position.creationTime && Number(operation.id) > Number(position.id)
  )
}
