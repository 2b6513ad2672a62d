import type {
  DeviceIdentifier,
  Instant,
  ManagedObjectId,
  Operation,
  OperationId,
  Store,
  TellsTime,
  TenantId,
} from '@pileus/domain'
import {
  agentFragment,
  preferredExternalId,
  recordDelivery,
  serialType,
  updateOperation,
} from '@pileus/domain'
import type { OperationChannel } from './operation-channels.ts'
import { findOperationChannel } from './operation-channels.ts'
import type { Downlink, ObservesGateway, Qos } from './session-ports.ts'

/** Pending operations read in one go. */
const batchSize = 20
/** A whole MQTT packet (mqtt-endpoint §5.10); the header and topic need their share of it. */
const payloadBytesMax = 16184 - 32
/** The first 500 after a SUBSCRIBE leaves out what that SUBSCRIBE sent (reliability ). */
const subscribeGraceMs = 10_000

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

export interface DeliveryParts {
  readonly store: Store
  readonly clock: TellsTime
  readonly observer: ObservesGateway
  readonly tenantId: TenantId
  readonly deviceIdentifier: DeviceIdentifier
  readonly downlink: Downlink
}

/**
 * Sends the pending operations of one connected device, oldest first, as the window opens.
 *
 * Nothing is queued here: each topic has a position in the stored operations and reads on from
 * there. A new subscription or row 500 puts the position back to the start, so whatever is still
 * PENDING is sent again, across restarts too.
 *
 * @see registration §8, reliability §18
 */
export class OperationDelivery {
  readonly #parts: DeliveryParts
  readonly #cursors = new Map<string, Cursor>()
  #isPumping = false
  #isPumpAsked = false
  #isClosed = false

  constructor(parts: DeliveryParts) {
    this.#parts = parts
  }

  /** The device subscribed the topic: everything pending is to be sent there. */
  subscribe(topic: string, qos: Qos): void {
    const channel = findOperationChannel(topic)
    if (channel === undefined) return
    this.#cursors.set(topic, {
      topic,
      channel,
      qos,
      scopeId: undefined,
      after: undefined,
      rewinds: 0,
      isBehind: true,
      subscription: { at: this.#parts.clock.now(), sentUpTo: undefined },
    })
  }

  unsubscribe(topic: string): void {
    for (const [key, cursor] of this.#cursors) {
      if (cursor.topic === topic) this.#cursors.delete(key)
    }
  }

  /** Row 500: everything pending of the object and below is sent again on every topic. */
  resend(managedObjectId: ManagedObjectId, isRoot: boolean): void {
    const now = this.#parts.clock.now()
    for (const cursor of [...this.#cursors.values()]) {
      if (cursor.scopeId !== undefined) continue
      const { subscription } = cursor
      cursor.subscription = undefined
      const isFresh = subscription !== undefined && now - subscription.at < subscribeGraceMs
      const sentUpTo = isFresh ? subscription.sentUpTo : 'nothing'
      // The SUBSCRIBE is still sending.
      if (sentUpTo === undefined) continue
      const after = sentUpTo === 'nothing' ? undefined : sentUpTo
      if (isRoot) {
        rewind(cursor, after)
      } else {
        const key = `${cursor.topic}\n${managedObjectId}`
        const scope = { scopeId: managedObjectId, after, isBehind: true, subscription: undefined }
        this.#cursors.set(key, { ...cursor, ...scope })
      }
    }
    this.pump()
  }

  /** An operation of this device has been created. */
  created(operation: Operation): void {
    for (const cursor of this.#cursors.values()) {
      if (cursor.scopeId !== undefined) continue
      // A clock that was set back puts the new operation before the position.
      if (cursor.after !== undefined && !isAfter(operation, cursor.after)) rewind(cursor, undefined)
      cursor.isBehind = true
    }
    this.pump()
  }

  close(): void {
    this.#isClosed = true
    this.#cursors.clear()
  }

  /** Sends what there is and what fits. Calls while it runs make it look once more. */
  pump(): void {
    this.#isPumpAsked = true
    if (this.#isPumping) return
    this.#isPumping = true
    this.#run()
      .catch((error: unknown) => this.#parts.observer.failed('deliverOperations', error))
      .finally(() => {
        this.#isPumping = false
        if (this.#isPumpAsked && !this.#isClosed) this.pump()
      })
  }

  async #run(): Promise<void> {
    this.#isPumpAsked = false
    if (![...this.#cursors.values()].some((cursor) => cursor.isBehind)) return
    const rootId = await this.#findAgent()
    if (rootId === undefined) return
    for (const cursor of [...this.#cursors.values()]) await this.#advance(cursor, rootId)
  }

  /** The device of this connection, if it speaks for itself and its children. */
  async #findAgent(): Promise<ManagedObjectId | undefined> {
    const { store, tenantId, deviceIdentifier } = this.#parts
    const reader = store.reader(tenantId)
    const id = await reader.findByExternalId({ type: serialType, value: deviceIdentifier })
    if (id === undefined) return undefined
    const managedObject = await reader.findManagedObject(id)
    const isAgent = managedObject && Object.hasOwn(managedObject.fragments, agentFragment)
    return isAgent ? id : undefined
  }

  async #advance(cursor: Cursor, rootId: ManagedObjectId): Promise<void> {
    const { store, tenantId, downlink } = this.#parts
    while (cursor.isBehind && !this.#isClosed) {
      if (cursor.qos > 0 && downlink.room === 0) return
      cursor.isBehind = false
      const { after, rewinds } = cursor
      // walk: downlink 4
      const operations = await store.reader(tenantId).listPendingOperationsBelow({
        rootId: cursor.scopeId ?? rootId,
        ...(after === undefined ? {} : { after }),
        limit: batchSize,
      })
      if (cursor.rewinds !== rewinds) continue
      for (const operation of operations) {
        if (!(await this.#deliver(cursor, operation))) {
          cursor.isBehind = true
          return
        }
        if (cursor.rewinds !== rewinds) break
        cursor.after = { creationTime: operation.creationTime, id: operation.id }
      }
      if (operations.length === batchSize) cursor.isBehind = true
    }
    if (cursor.subscription !== undefined && !cursor.isBehind) {
      cursor.subscription.sentUpTo ??= cursor.after ?? 'nothing'
    }
    if (cursor.scopeId !== undefined && !cursor.isBehind) {
      this.#cursors.delete(`${cursor.topic}\n${cursor.scopeId}`)
    }
  }

  /** `false` when there is no room; everything else counts as dealt with. */
  async #deliver(cursor: Cursor, operation: Operation): Promise<boolean> {
    const { store, tenantId, downlink, observer, clock } = this.#parts
    const reader = store.reader(tenantId)
    const device = await reader.findManagedObject(operation.deviceId)
    if (device === undefined) return true
    const externalId = (await preferredExternalId(reader, device.id)) ?? device.id
    // walk: downlink 5
    const payload = cursor.channel.render(operation, externalId, device.fragments)
    if (payload === undefined || this.#isClosed) return true
    if (Buffer.byteLength(payload) > payloadBytesMax) {
      await this.#failOversized(operation)
      return true
    }
    const sent = downlink.send(cursor.topic, payload, cursor.qos, () => {
      observer.operationAcknowledged()
      this.#record(operation.id, 'DELIVERED')
    })
    if (!sent) return false
    observer.operationSent(clock.now() - operation.creationTime)
    this.#record(operation.id, 'SEND')
    return true
  }

  #record(operationId: OperationId, status: 'SEND' | 'DELIVERED'): void {
    const { store, tenantId, clock, observer } = this.#parts
    const time = clock.now()
    store
      .run(tenantId, time, (unit) => recordDelivery(unit, operationId, { status, time }))
      .catch((error: unknown) => observer.failed('recordDelivery', error))
  }

  /** No form of it can reach the device (reliability ). */
  async #failOversized(operation: Operation): Promise<void> {
    const { store, tenantId, clock } = this.#parts
    const failureReason = `The operation does not fit into one message of ${payloadBytesMax} bytes.`
    await store.run(tenantId, clock.now(), (unit) =>
      updateOperation(unit, operation.id, { status: 'FAILED', failureReason, fragments: {} }),
    )
  }
}

/** Sends again what comes after the position, or everything. */
function rewind(cursor: Cursor, after: Position | undefined): void {
  cursor.after = after
  cursor.rewinds += 1
  cursor.isBehind = true
}

/** By creation time, then by id as a number. */
function isAfter(operation: Operation, position: Position): boolean {
  return operation.creationTime === position.creationTime
    ? Number(operation.id) > Number(position.id)
    : operation.creationTime > position.creationTime
}
