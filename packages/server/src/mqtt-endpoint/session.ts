import {
  encodePingresp,
  encodePublish,
  encodeSuback,
  encodeUnsuback,
  OutboundWindow,
  type Packet,
  type Publish,
  type PublishFields,
  Qos2Receiver,
  type Subscribe,
  type Subscription,
  type Unsubscribe,
  type Will,
} from '@pileus/mqtt-wire'
import { bucketOf } from './admission.ts'
import { type CloseReason, closeReasons } from './close-reasons.ts'
import type { Downlink, Peer, UplinkMessage } from './device-door.ts'
import { DownlinkQueue, type QueuedMessage } from './downlink-queue.ts'
import type { EndpointCounters, WillOutcome } from './endpoint-observer.ts'
import type { MqttLimits } from './limits.ts'
import type { Output } from './output.ts'
import type { PacketTap } from './packet-tap.ts'
import { PendingPublishes, type PublishGroup } from './pending-publishes.ts'
import type { TokenBucket } from './token-bucket.ts'
import { findPublishTopicProblem, isAcceptableFilter } from './topic-limits.ts'

/** The connection, as far as its session needs it. */
export interface SessionConnection {
  readonly limits: MqttLimits
  readonly output: Output
  readonly counters: EndpointCounters
  nowMs(): number
  /** Calls `answer` and writes at the end of this turn. */
  flushSoon(): void
  /** Reads nothing for so long. */
  throttle(waitMs: number): void
  end(reason: CloseReason, detail?: string): void
  onFailure(error: unknown, during: string): void
}

/** One established MQTT session: from CONNACK 0 to the end of its connection. */
export class Session implements Downlink {
  readonly #connection: SessionConnection
  readonly #will: Will | undefined
  #peer: Peer | undefined
  #isEnded = false
  /** Absent while nobody looks, which is nearly always. */
  #tap: PacketTap | undefined
  /** As granted; a few, so that a list is the smallest set. */
  #filters: string[] = []
  /** The last topic that was judged: devices publish to the same one for hours. */
  #acceptedTopic = ''

  // Absent until they are used: most devices are silent most of the time.
  #pending: PendingPublishes | undefined
  #publishRate: TokenBucket | undefined
  #qos2Receiver: Qos2Receiver | undefined
  #window: OutboundWindow<(() => void) | undefined> | undefined
  #queue: DownlinkQueue | undefined

  /** There was no room at some time since the last `windowOpened`. */
  #wasOutOfRoom = false
  #untoldDrops = 0

  publishesIn = 0
  publishesOut = 0
  publishesDropped = 0
  willOutcome: WillOutcome = 'none'
  /** Why a will was refused. */
  willProblem: string | undefined

  constructor(connection: SessionConnection, will: Will | undefined) {
    this.#connection = connection
    this.#will = will
  }

  open(openPeer: (downlink: Downlink) => Peer): void {
    const peer = openPeer(this)
    if (this.#isEnded) peer.closed('closedByPlatform')
    else this.#peer = peer
  }

  /** Packets are seen from now on, or no more. */
  setTap(tap: PacketTap | undefined): void {
    this.#tap = tap
  }

  get will(): Will | undefined {
    return this.#will
  }

  /** Nothing more should be read before acknowledgements are out. @see security §10.1 */
  get isCongested(): boolean {
    const pending = this.#pending
    if (pending === undefined) return false
    const { unacknowledgedPublishes, unacknowledgedBytes } = this.#connection.limits
    return pending.count >= unacknowledgedPublishes || pending.bytes >= unacknowledgedBytes
  }

  /** Whether publishes still wait for their acknowledgement. */
  get hasPending(): boolean {
    return this.#pending !== undefined && this.#pending.count > 0
  }

  get queuedBytes(): number {
    return this.#queue?.bytes ?? 0
  }

  onPacket(packet: Packet): void {
    if (this.#tap !== undefined) this.#showReceived(this.#tap, packet)
    switch (packet.kind) {
      case 'publish':
        return this.#onPublish(packet)
      case 'puback':
        return this.#onDelivered(this.#window?.onPuback(packet.packetId))
      case 'pubrec':
        return this.#onPubrec(packet.packetId)
      case 'pubrel':
        return this.#onPubrel(packet.packetId)
      case 'pubcomp':
        return this.#onDelivered(this.#window?.onPubcomp(packet.packetId))
      case 'subscribe':
        return this.#onSubscribe(packet)
      case 'unsubscribe':
        return this.#onUnsubscribe(packet)
      case 'pingreq':
        this.#tap?.sent({ kind: 'pingresp' })
        return this.#answer(pingresp)
      case 'disconnect':
        return this.#connection.end('disconnect')
      case 'connect':
        return this.#connection.end('secondConnect')
      case 'connack':
      case 'suback':
      case 'unsuback':
      case 'pingresp':
        return this.#connection.end('unexpectedPacket', packet.kind.toUpperCase())
    }
  }

  /** PUBLISH is shown where its trace is needed; a second CONNECT is only a reason to close. */
  #showReceived(tap: PacketTap, packet: Packet): void {
    switch (packet.kind) {
      case 'publish':
      case 'connect':
      case 'connack':
      case 'suback':
      case 'unsuback':
        return
      default:
        return tap.received(packet)
    }
  }

  #answer(packet: Uint8Array): void {
    this.#connection.output.addPacket(packet)
    this.#connection.flushSoon()
  }

  // Upwards.

  #onPublish(publish: Publish): void {
    this.publishesIn++
    this.#connection.counters.publishesIn++
    const tap = this.#tap
    const trace = tap?.publishReceived(publish)
    this.#countRate()
    if (!this.#mayPublishTo(publish.topic)) return
    if (publish.qos === 2 && !this.#isFirstOfQos2(publish.packetId)) {
      if (trace !== undefined) tap?.publishSettled(trace)
      return
    }
    const outcome = this.#peer?.publish(trace === undefined ? publish : traced(publish, trace))
    if (outcome === undefined) return
    if ('kind' in outcome) {
      this.#connection.end('publishRefused', outcome.reason)
      return
    }
    // walk: uplink 3
    this.#pending ??= new PendingPublishes()
    const bytes = publish.topic.length + publish.payloadEnd - publish.payloadStart
    const group = this.#pending.add(publish.qos, publish.packetId, bytes, outcome)
    if (group !== undefined) this.#awaitGroup(group, outcome)
    if (tap !== undefined && trace !== undefined) tellSettled(tap, trace, outcome)
  }

  /** @see security §10.1: pausing is the whole answer */
  #countRate(): void {
    const { publishesPerSecond, publishBurst } = this.#connection.limits
    const nowMs = this.#connection.nowMs()
    this.#publishRate ??= bucketOf(publishesPerSecond, publishBurst, nowMs)
    if (this.#publishRate === undefined) return
    this.#publishRate.take(1, nowMs)
    const waitMs = this.#publishRate.waitMs(nowMs)
    if (waitMs > 0) this.#connection.throttle(waitMs)
  }

  #mayPublishTo(topic: string): boolean {
    if (topic === this.#acceptedTopic) return true
    const problem = findPublishTopicProblem(topic, this.#connection.limits)
    if (problem === undefined) this.#acceptedTopic = topic
    else this.#connection.end('topicForbidden', problem)
    return problem === undefined
  }

  /** A repetition is answered, again, by the PUBREC of the first one. @see reliability */
  #isFirstOfQos2(packetId: number): boolean {
    this.#qos2Receiver ??= new Qos2Receiver({ openIdsMax: this.#connection.limits.unreleasedQos2 })
    switch (this.#qos2Receiver.onPublish(packetId)) {
      case 'perform':
        return true
      case 'wait':
        return false
      case 'repeatPubrec':
        this.#acknowledge('pubrec', packetId)
        return false
      case 'tooMany':
        this.#connection.end('releasesMissing')
        return false
    }
  }

  #awaitGroup(group: PublishGroup, promise: Promise<void>): void {
    promise.then(
      () => {
        group.isSettled = true
        if (!this.#isEnded) this.#connection.flushSoon()
      },
      (error: unknown) => {
        if (this.#isEnded) return
        this.#connection.onFailure(error, 'publish')
        this.#connection.end('storageFailed')
      },
    )
  }

  #onPubrel(packetId: number): void {
    if (this.#qos2Receiver?.onPubrel(packetId) === 'tooEarly') {
      this.#connection.end('outOfOrder', 'PUBREL before PUBREC')
      return
    }
    this.#acknowledge('pubcomp', packetId)
  }

  // Downwards.

  get room(): number {
    if (this.#isEnded || this.#isOutputFull || this.#queue !== undefined) return 0
    return this.#connection.limits.inFlightMessages - (this.#window?.inFlight ?? 0)
  }

  send(
    topic: string,
    payload: string,
    qos: 0 | 1 | 2,
    onAcknowledged?: () => void,
    cause?: object,
  ): boolean {
    if (this.#isEnded) return false
    const message = { topic, payload: encoder.encode(payload), qos }
    if (packetBytesMaxOf(message) > this.#connection.limits.packetBytes) {
      this.#countDrops(1)
      return false
    }
    if (this.#queue === undefined && this.#mayTransmit(qos)) {
      this.#transmit(message, onAcknowledged, cause)
      this.#connection.flushSoon()
      return true
    }
    if (onAcknowledged !== undefined) {
      this.#wasOutOfRoom = true
      return false
    }
    this.#queue ??= new DownlinkQueue(this.#connection.limits)
    const dropped = this.#queue.push(message)
    this.#countDrops(dropped.length)
    return !dropped.includes(message)
  }

  close(reason: string): void {
    this.#connection.end('closedByPlatform', reason)
  }

  get #isOutputFull(): boolean {
    return this.#connection.output.bytes >= this.#connection.limits.outputBytes
  }

  #mayTransmit(qos: 0 | 1 | 2): boolean {
    return !this.#isOutputFull && (qos === 0 || this.#window?.isFull !== true)
  }

  /** There is room for it. */
  #transmit(
    { topic, payload, qos }: QueuedMessage,
    onAcknowledged?: () => void,
    cause?: object,
  ): void {
    this.publishesOut++
    this.#connection.counters.publishesOut++
    if (qos === 0) {
      this.#tap?.sent({ kind: 'publish', topic, payload, qos, packetId: 0, cause })
      this.#connection.output.addPacket(encodePublish({ topic, payload, qos }))
      return
    }
    this.#window ??= new OutboundWindow({ size: this.#connection.limits.inFlightMessages })
    // walk: downlink 6
    const packetId = this.#window.send(onAcknowledged, qos)
    if (packetId === undefined) throw new Error('A message was sent into a full window')
    this.#connection.output.addPacket(encodePublish({ topic, payload, qos, packetId }))
    this.#tap?.sent({ kind: 'publish', topic, payload, qos, packetId, cause })
    if (this.room === 0) this.#wasOutOfRoom = true
  }

  #countDrops(count: number): void {
    if (count === 0) return
    this.publishesDropped += count
    this.#connection.counters.publishesDropped += count
    this.#untoldDrops += count
    this.#connection.flushSoon()
  }

  #onPubrec(packetId: number): void {
    switch (this.#window?.onPubrec(packetId).kind) {
      case 'outOfOrder':
        this.#connection.end('outOfOrder', 'PUBREC for a message of QoS 1')
        return
      default:
        // Also for an unknown id: the client forgets the message only after PUBCOMP.
        this.#acknowledge('pubrel', packetId)
    }
  }

  #onDelivered(step: ReturnType<OutboundWindow<(() => void) | undefined>['onPuback']> | undefined) {
    switch (step?.kind) {
      case 'delivered':
        // walk: downlink 7
        step.message?.()
        this.#connection.flushSoon()
        return
      case 'outOfOrder':
        this.#connection.end('outOfOrder', 'PUBACK or PUBCOMP for a message that awaits another')
        return
      default:
        return
    }
  }

  // Subscriptions.

  #onSubscribe({ packetId, subscriptions }: Subscribe): void {
    const codes = new Array<0 | 1 | 2 | 0x80>(subscriptions.length).fill(0x80)
    const asked = this.#findAcceptable(subscriptions)
    const granted = asked.length === 0 ? [] : this.#peer?.subscribe(asked.map(({ wish }) => wish))
    if (this.#isEnded) return
    for (const [index, { wish, position }] of asked.entries()) {
      const code = granted?.[index] ?? 0x80
      codes[position] = code
      if (code !== 0x80 && !this.#filters.includes(wish.filter)) this.#filters.push(wish.filter)
    }
    this.#tap?.sent({ kind: 'suback', packetId, codes })
    this.#answer(encodeSuback({ packetId, codes }))
    if (asked.length > 0) this.#peer?.subscribed()
  }

  /** Those that the gateway may judge, with their place in the packet. */
  #findAcceptable(subscriptions: readonly Subscription[]) {
    const { limits } = this.#connection
    const asked: { readonly wish: Subscription; readonly position: number }[] = []
    const filters = new Set(this.#filters)
    for (const [position, wish] of subscriptions.slice(0, limits.filtersPerSubscribe).entries()) {
      if (!isAcceptableFilter(wish.filter, limits)) continue
      if (!filters.has(wish.filter) && filters.size >= limits.filtersPerSession) continue
      filters.add(wish.filter)
      asked.push({ wish, position })
    }
    return asked
  }

  #onUnsubscribe({ packetId, filters }: Unsubscribe): void {
    this.#filters = this.#filters.filter((filter) => !filters.includes(filter))
    this.#peer?.unsubscribe(filters)
    this.#tap?.sent({ kind: 'unsuback', packetId })
    this.#answer(encodeUnsuback(packetId))
  }

  #acknowledge(kind: 'pubrec' | 'pubrel' | 'pubcomp', packetId: number): void {
    this.#connection.output.addAcknowledgement(kind, packetId)
    this.#tap?.sent({ kind, packetId })
    this.#connection.flushSoon()
  }

  // The turn's end.

  /** Collects what may be said now: acknowledgements first, then what waits for room. */
  answer(): void {
    this.#acknowledgeSettled()
    this.#transmitQueued()
  }

  // walk: uplink 11
  #acknowledgeSettled(): void {
    const { output } = this.#connection
    const tap = this.#tap
    for (let group = this.#pending?.takeSettled(); group; group = this.#pending?.takeSettled()) {
      group.forEachAnswer((qos, packetId) => {
        if (qos === 1) {
          output.addAcknowledgement('puback', packetId)
          tap?.sent({ kind: 'puback', packetId })
        } else if (qos === 2 && this.#qos2Receiver?.committed(packetId) === 'pubrec') {
          output.addAcknowledgement('pubrec', packetId)
          tap?.sent({ kind: 'pubrec', packetId })
        }
      })
    }
  }

  #transmitQueued(): void {
    const queue = this.#queue
    if (queue === undefined) return
    while (queue.first !== undefined) {
      if (this.#isOutputFull) this.#connection.output.flush()
      if (!this.#mayTransmit(queue.first.qos)) return
      const message = queue.shift()
      if (message !== undefined) this.#transmit(message)
    }
    this.#queue = undefined
  }

  /** Tells the gateway what it may want to know before more is read. */
  tellPeer(): void {
    if (this.#isEnded) return
    if (this.room === 0) {
      this.#wasOutOfRoom = true
      return
    }
    if (this.#untoldDrops > 0) {
      const count = this.#untoldDrops
      this.#untoldDrops = 0
      this.#peer?.messagesDropped?.(count)
    }
    if (this.#wasOutOfRoom) {
      this.#wasOutOfRoom = false
      this.#peer?.windowOpened()
    }
  }

  // The end.

  /**
   * Publishes the will if the reason says so, and tells the gateway.
   *
   * Gives a promise that settles with the will and never rejects; `undefined` where there is
   * nothing to wait for.
   */
  end(reason: CloseReason): Promise<void> | undefined {
    this.#isEnded = true
    const settled = this.#endWill(reason)
    try {
      this.#peer?.closed(reason)
    } catch (error) {
      this.#connection.onFailure(error, 'closed')
    }
    this.#queue = undefined
    return settled
  }

  #endWill(reason: CloseReason): Promise<void> | undefined {
    const will = this.#will
    if (will === undefined) return undefined
    if (closeReasons[reason].will === 'discarded') {
      this.willOutcome = 'discarded'
      return undefined
    }
    const problem = findPublishTopicProblem(will.topic, this.#connection.limits)
    if (problem !== undefined) {
      this.#refuseWill(problem)
      return undefined
    }
    const publish = { ...will, isDuplicate: false, packetId: 0 }
    const trace = this.#tap?.willPublished(publish)
    return this.#publishWill(trace === undefined ? publish : traced(publish, trace))
  }

  async #publishWill(message: UplinkMessage): Promise<void> {
    try {
      const outcome = this.#peer?.publish(message)
      if (outcome !== undefined && 'kind' in outcome) return this.#refuseWill(outcome.reason)
      await outcome
      this.willOutcome = 'published'
    } catch (error) {
      this.willOutcome = 'failed'
      this.#connection.onFailure(error, 'will')
    }
  }

  #refuseWill(problem: string): void {
    this.willOutcome = 'refused'
    this.willProblem = problem
  }
}

/** A failure is told by the end of the connection. */
function tellSettled(tap: PacketTap, trace: object, outcome: Promise<void>): void {
  outcome.then(
    () => tap.publishSettled(trace),
    () => {},
  )
}

function traced(
  { topic, payload, qos, isDuplicate, packetId }: PublishFields,
  trace: object,
): UplinkMessage {
  return { topic, payload, qos, isDuplicate, packetId, trace }
}

const encoder = new TextEncoder()
const pingresp = encodePingresp()

/** At most that many bytes: the header is counted at its longest for this size. */
function packetBytesMaxOf({ topic, payload, qos }: QueuedMessage): number {
  const bodyBytes = 2 + Buffer.byteLength(topic) + (qos === 0 ? 0 : 2) + payload.length
  const lengthBytes = bodyBytes < 128 ? 1 : bodyBytes < 16_384 ? 2 : 4
  return 1 + lengthBytes + bodyBytes
}
