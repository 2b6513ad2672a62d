import type { Connection, Instant, ManagedObjectId, Operation, OperationId } from '@pileus/domain'
import {
  agentFragment,
  findAgent,
  preferredExternalId,
  recordDelivery,
  serialType,
  updateOperation,
} from '@pileus/domain'
import type { OperationChannel } from './operation-channels.ts'
import { findOperationChannel } from './operation-channels.ts'
import type { Downlink, Qos } from './session-ports.ts'
import type { SessionSurroundings } from './session-surroundings.ts'
import { payloadBytesMaxOf } from './session-surroundings.ts'

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

/** How far one topic has come in the pending operations of the device. */
interface Cursor {
  readonly topic: string
  readonly channel: OperationChannel
  readonly qos: Qos
  /** The object whose operations are sent; the whole device unless a 500 named a child. */
  readonly scopeId: ManagedObjectId | undefined
  /** The last operation sent; the next one is read strictly after it. */
  after: Position | undefined
  /** How often `after` was put back, so that a delivery under way notices it. */
  rewinds: number
  /** There may be something behind `after`. */
  isBehind: boolean
  /** Until the first 500 after the SUBSCRIBE. */
  subscription: Subscription | undefined
}

/** What a SUBSCRIBE has sent, so that the 500 which agents send at once does not repeat it. */
interface Subscription {
  readonly at: Instant
  /** The position when everything pending had been sent; `undefined` before that. */
  sentUpTo: Position | 'nothing' | undefined
}

/**
 * What became of one operation. `settled`: sent, or nothing to send. `noRoom`: it has to wait.
 * `stale`: time has passed, so what was read may be true no more.
 */
type Step = 'settled' | 'noRoom' | 'stale'

/**
 * Sends the pending operations of one connected device, oldest first, as the window opens.
 *
 * Nothing is queued here: each topic has a position in the stored operations and reads on from
 * there. A new subscription or row 500 puts the position back to the start, so whatever is still
 * PENDING is sent again, across restarts too. When the store fails, the connection ends: the
 * device comes back, subscribes, and nothing is lost but time.
 *
 * @see registration §8, reliability §18
 */
export class OperationDelivery {
  readonly #around: SessionSurroundings
  readonly #connection: Connection
  readonly #downlink: Downlink
  /** Few: one for each subscribed topic, and one for each child that is being asked for. */
  #cursors: readonly Cursor[] = noCursors
  #isPumping = false
  #isPumpAsked = false

  constructor(around: SessionSurroundings, connection: Connection, downlink: Downlink) {
    this.#around = around
    this.#connection = connection
    this.#downlink = downlink
  }

  /** The device subscribed the topic: everything pending is to be sent there. */
  subscribe(topic: string, qos: Qos): void {
    const channel = findOperationChannel(topic)
    if (channel === undefined) return
    // In place of an earlier subscription, with all that was under way for it.
    this.unsubscribe(topic)
    this.#add({
      topic,
      channel,
      qos,
      scopeId: undefined,
      after: undefined,
      rewinds: 0,
      isBehind: true,
      subscription: { at: this.#around.clock.now(), sentUpTo: undefined },
    })
  }

  unsubscribe(topic: string): void {
    if (this.#cursors.length === 0) return
    this.#cursors = this.#cursors.filter((cursor) => cursor.topic !== topic)
  }

  #add(cursor: Cursor): void {
    // Unlike a spread, takes no more room than it needs; there is one for each connection.
    this.#cursors = this.#cursors.concat(cursor)
  }

  #remove(removed: Cursor): void {
    this.#cursors = this.#cursors.filter((cursor) => cursor !== removed)
  }

  /** Row 500: everything pending of the object and below is sent again on every topic. */
  resend(managedObjectId: ManagedObjectId, isRoot: boolean): void {
    const now = this.#around.clock.now()
    for (const cursor of this.#cursors) {
      if (cursor.scopeId !== undefined) continue
      const { subscription } = cursor
      cursor.subscription = undefined
      const sentUpTo = isFresh(subscription, now) ? subscription.sentUpTo : 'nothing'
      // The SUBSCRIBE is still sending.
      if (sentUpTo === undefined) continue
      const after = sentUpTo === 'nothing' ? undefined : sentUpTo
      if (isRoot) rewind(cursor, after)
      else this.#resendBelow(cursor, managedObjectId, after)
    }
    this.pump()
  }

  #resendBelow(cursor: Cursor, scopeId: ManagedObjectId, after: Position | undefined): void {
    const { topic } = cursor
    const scopes = this.#cursors.filter(
      (each) => each.topic === topic && each.scopeId !== undefined,
    )
    const present = scopes.find((each) => each.scopeId === scopeId)
    if (present !== undefined) rewind(present, after)
    else if (scopes.length >= scopesMax) rewind(cursor, after)
    else this.#add({ ...cursor, scopeId, after, isBehind: true, subscription: undefined })
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
    for (const cursor of this.#cursors) {
      if (!cursor.isBehind) continue
      if (cursor.scopeId === undefined || (await this.#isServed(rootId, cursor.scopeId))) {
        await this.#advance(cursor, rootId)
      } else {
        this.#remove(cursor)
      }
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

  get #reader() {
    return this.#around.store.reader(this.#connection.actor.tenantId)
  }

  async #advance(cursor: Cursor, rootId: ManagedObjectId): Promise<void> {
    while (cursor.isBehind && this.#isCurrent(cursor)) {
      const room = cursor.qos === 0 ? batchSize : this.#downlink.room
      if (room === 0) return
      const limit = Math.min(batchSize, room)
      cursor.isBehind = false
      const { after, rewinds } = cursor
      // walk: downlink 4
      const operations = await this.#reader.listPendingOperationsBelow({
        rootId: cursor.scopeId ?? rootId,
        ...(after === undefined ? {} : { after }),
        limit,
      })
      if (operations.length === limit) cursor.isBehind = true
      for (const operation of operations) {
        // A 500 or a subscription came in between: what was read has to be read again.
        if (cursor.rewinds !== rewinds || !this.#isCurrent(cursor)) break
        const step = await this.#deliver(cursor, operation)
        if (step === 'noRoom') {
          cursor.isBehind = true
          return
        }
        if (cursor.rewinds === rewinds) {
          cursor.after = { creationTime: operation.creationTime, id: operation.id }
        }
        if (step === 'stale') {
          cursor.isBehind = true
          break
        }
      }
    }
    this.#onCaughtUp(cursor)
  }

  #onCaughtUp(cursor: Cursor): void {
    if (cursor.isBehind) return
    if (cursor.subscription !== undefined) {
      cursor.subscription.sentUpTo ??= cursor.after ?? 'nothing'
    }
    if (cursor.scopeId !== undefined) this.#remove(cursor)
  }

  #isCurrent(cursor: Cursor): boolean {
    return this.#cursors.includes(cursor)
  }

  async #deliver(cursor: Cursor, operation: Operation): Promise<Step> {
    const { observer, clock, packetBytesMax } = this.#around
    const { topic, channel, qos } = cursor
    const device = await this.#reader.findManagedObject(operation.deviceId)
    if (device === undefined) return 'settled'
    const externalId = (await preferredExternalId(this.#reader, device.id)) ?? device.id
    // walk: downlink 5
    const payload = channel.render(operation, externalId, device.fragments)
    if (payload === undefined || !this.#isCurrent(cursor)) return 'settled'
    if (Buffer.byteLength(payload) > payloadBytesMaxOf(topic, packetBytesMax)) {
      await this.#failOversized(operation)
      return 'stale'
    }
    const onAcknowledged = () => {
      observer.operationAcknowledged()
      this.#record(operation.id, 'DELIVERED')
    }
    const cause = { operationId: operation.id }
    const isSent = this.#downlink.send(topic, payload, qos, onAcknowledged, cause)
    if (!isSent) return 'noRoom'
    observer.operationSent(clock.now() - operation.creationTime)
    this.#record(operation.id, 'SEND')
    return 'settled'
  }

  #record(operationId: OperationId, status: 'SEND' | 'DELIVERED'): void {
    const { store, clock, observer } = this.#around
    const time = clock.now()
    store
      .run(this.#connection.actor.tenantId, time, (unit) =>
        recordDelivery(unit, operationId, { status, time }),
      )
      .catch((error: unknown) => observer.failed('recordDelivery', error))
  }

  /** No form of it can reach the device (reliability ). */
  async #failOversized(operation: Operation): Promise<void> {
    const { store, clock, packetBytesMax } = this.#around
    const failureReason = `The operation does not fit into one message of ${packetBytesMax} bytes.`
    await store.run(this.#connection.actor.tenantId, clock.now(), (unit) =>
      updateOperation(unit, operation.id, { status: 'FAILED', failureReason, fragments: {} }),
    )
  }
}

const noCursors: readonly Cursor[] = []

function isFresh(
  subscription: Subscription | undefined,
  now: Instant,
): subscription is Subscription {
  // A clock that was set back does not make it younger.
  return (
    subscription !== undefined && now >= subscription.at && now - subscription.at < subscribeGraceMs
  )
}

/** Sends again what comes after the position, or everything. */
function rewind(cursor: Cursor, after: Position | undefined): void {
  cursor.after = after
  cursor.rewinds += 1
  cursor.isBehind = true
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
