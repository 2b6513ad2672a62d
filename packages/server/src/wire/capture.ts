import type { Instant, TenantId } from '@pileus/domain'
import type {
  AcceptedConnect,
  PacketTap,
  ReceivedPacket,
  SentPacket,
  SentPublish,
} from '../mqtt-endpoint/packet-tap.ts'
import { keepPayload } from './keep-payload.ts'
import { MessageStory } from './message-story.ts'
import { PacketRing } from './packet-ring.ts'
import type { EntryContent, PublishContent, WireEntry } from './wire-entry.ts'
import type { WireLimits } from './wire-limits.ts'

/** What a capture shares with all others. */
export interface CaptureSurroundings {
  readonly limits: WireLimits
  now(): Instant
  /** Monotonic. */
  nowMs(): number
  nextSeq(): number
  /** Something new is there to be read; `late` was perhaps read before it was answered. */
  onNews(capture: Capture, late?: WireEntry): void
  /** A message of which something was refused: to be remembered longer than the rest. */
  onRefusedMessage(capture: Capture, entry: WireEntry): void
}

type ReceivedPublish = Parameters<PacketTap['publishReceived']>[0]

/** Everything that one device says and hears, while somebody is interested. */
export class Capture implements PacketTap {
  readonly tenantId: TenantId
  readonly deviceIdentifier: string
  readonly ring: PacketRing
  readonly since: Instant
  until: Instant
  isConnected = false
  /** Of the present session. */
  keepAlives = 0
  lastKeepAlive: Instant | undefined
  /** Changes with what is known beside the packets. */
  version = 0
  /** Readers that are connected right now. */
  streams = 0
  readonly #around: CaptureSurroundings
  #clientId: string
  #session = ''
  /** Messages of the device whose fate is open, oldest first. */
  readonly #pending = new Set<WireEntry>()
  #answering: WireEntry | undefined

  constructor(around: CaptureSurroundings, tenantId: TenantId, deviceIdentifier: string) {
    const { limits } = around
    this.tenantId = tenantId
    this.deviceIdentifier = deviceIdentifier
    this.ring = new PacketRing({
      packetsMax: limits.packetsPerDevice,
      bytesMax: limits.bytesPerDevice,
    })
    this.since = around.now()
    this.until = this.since + limits.captureMs
    this.#around = around
    this.#clientId = deviceIdentifier
  }

  connected(connect: AcceptedConnect): void {
    this.#session = sessionName(connect.connectionId)
    this.#clientId = connect.clientId ?? this.deviceIdentifier
    this.isConnected = true
    this.keepAlives = 0
    this.lastKeepAlive = undefined
    this.version++
    const time = this.#around.now() - connect.ageMs
    this.#add('in', { packet: 'CONNECT', connect }, time)
    this.#add('out', { packet: 'CONNACK', code: 0 }, time)
  }

  received(packet: ReceivedPacket): void {
    switch (packet.kind) {
      case 'pingreq':
        this.keepAlives++
        this.lastKeepAlive = this.#around.now()
        this.version++
        this.#around.onNews(this)
        return
      // Its answer is not counted, and the end of the connection says DISCONNECT.
      case 'pingresp':
      case 'disconnect':
        return
      case 'subscribe': {
        const { packetId, subscriptions: filters } = packet
        this.#add('in', { packet: 'SUBSCRIBE', packetId, filters })
        return
      }
      case 'unsubscribe': {
        const { packetId, filters } = packet
        this.#add('in', { packet: 'UNSUBSCRIBE', packetId, filters })
        return
      }
      default:
        this.#add('in', { packet: acknowledgementNames[packet.kind], packetId: packet.packetId })
    }
  }

  publishReceived(publish: ReceivedPublish): MessageStory {
    return this.#addMessage(publish, false)
  }

  publishSettled(trace: object): void {
    if (trace instanceof MessageStory && trace.state === 'waiting') trace.answered()
  }

  willPublished(will: ReceivedPublish): MessageStory {
    return this.#addMessage(will, true)
  }

  #addMessage(publish: ReceivedPublish, isWill: boolean): MessageStory {
    const { limits } = this.#around
    const story = new MessageStory(
      {
        nowMs: () => this.#around.nowMs(),
        onAnswering: () => {
          this.#answering = entry
        },
        onAnswered: () => this.#onAnswered(entry, story),
      },
      limits,
    )
    const { topic, qos, isRetained, isDuplicate, packetId } = publish
    const content: PublishContent = {
      packet: 'PUBLISH',
      topic,
      qos,
      isRetained,
      isDuplicate,
      packetId,
      payload: keepPayload(topic, publish.payload, limits.bytesPerDevice),
      story,
      ...(isWill && { isWill }),
    }
    const entry = this.#add('in', content)
    this.#pending.add(entry)
    // One that breaks a rule ends the connection, but what is unsettled may be much before that.
    if (this.#pending.size > limits.packetsPerDevice) this.#pending.delete(first(this.#pending))
    return story
  }

  #onAnswered(entry: WireEntry, story: MessageStory): void {
    this.#answering = undefined
    const isLate = !this.#pending.delete(entry)
    this.ring.grow(entry, story.bytes)
    if (story.problems.length > 0) this.#around.onRefusedMessage(this, entry)
    this.#around.onNews(this, isLate ? entry : undefined)
  }

  sent(packet: SentPacket): void {
    switch (packet.kind) {
      case 'publish':
        return this.#addSent(packet)
      case 'suback': {
        const { packetId, codes } = packet
        this.#add('out', { packet: 'SUBACK', packetId, codes })
        return
      }
      case 'unsuback':
        this.#add('out', { packet: 'UNSUBACK', packetId: packet.packetId })
        return
      case 'connack':
      case 'pingreq':
      case 'pingresp':
      case 'disconnect':
        return
      default:
        this.#add('out', { packet: acknowledgementNames[packet.kind], packetId: packet.packetId })
    }
  }

  #addSent({ topic, payload, qos, packetId, cause }: SentPublish): void {
    const kept = keepPayload(topic, payload, this.#around.limits.bytesPerDevice)
    const answered = this.#answering
    this.#add('out', {
      packet: 'PUBLISH',
      topic,
      qos,
      isRetained: false,
      isDuplicate: false,
      packetId,
      payload: kept,
      cause: answered === undefined ? operationOf(cause) : { replyTo: answered.seq },
    })
    if (answered?.content.packet !== 'PUBLISH' || kept.bytes === undefined) return
    answered.content.story?.responded(topic, Buffer.from(kept.bytes).toString('utf8'))
  }

  /** The connection has ended; `entry` says why. */
  ended(entry: WireEntry): void {
    if (entry.session === this.#session) {
      this.isConnected = false
      this.version++
      for (const { content } of this.#pending) {
        if (content.packet === 'PUBLISH' && content.story?.state === 'waiting') {
          content.story.state = 'cut'
        }
      }
      this.#pending.clear()
    }
    this.ring.push(entry)
    this.#around.onNews(this)
  }

  /** Everything before this is told; from there on one waits to be told with what became of it. */
  boundary(now: Instant): number {
    for (const entry of this.#pending) {
      if (now - entry.time < this.#around.limits.settleMs) return entry.seq
      this.#pending.delete(entry)
    }
    return Number.POSITIVE_INFINITY
  }

  #add(direction: 'in' | 'out', content: EntryContent, time = this.#around.now()): WireEntry {
    const entry: WireEntry = {
      seq: this.#around.nextSeq(),
      time,
      direction,
      clientId: this.#clientId,
      session: this.#session,
      content,
    }
    this.ring.push(entry)
    this.#around.onNews(this)
    return entry
  }
}

function first<T>(items: ReadonlySet<T>): T {
  for (const item of items) return item
  throw new Error('There is no first of none')
}

export function sessionName(connectionId: number): string {
  return `s-${connectionId}`
}

const acknowledgementNames = {
  puback: 'PUBACK',
  pubrec: 'PUBREC',
  pubrel: 'PUBREL',
  pubcomp: 'PUBCOMP',
} as const

/** Whoever sends an operation names it. */
function operationOf(cause: object | undefined): { readonly operationId: string } | undefined {
  return cause !== undefined && 'operationId' in cause && typeof cause.operationId === 'string'
    ? { operationId: cause.operationId }
    : undefined
}
