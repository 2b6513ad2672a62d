import type { Instant, TenantId } from '@pileus/domain'
import { parseTenantId } from '@pileus/domain'
import { LruMap } from '../credentials/lru-map.ts'
import { parseClientId } from '../device-gateway/client-id.ts'
import type { RefusedMessage } from '../device-gateway/session-ports.ts'
import { sessionKey } from '../device-gateway/session-registry.ts'
import type { ConnectionEnding, ConnectRefusal } from '../mqtt-endpoint/endpoint-observer.ts'
import type { FindsTaps, PacketTap } from '../mqtt-endpoint/packet-tap.ts'
import { Capture, type CaptureSurroundings, sessionName } from './capture.ts'
import { keepPayload } from './keep-payload.ts'
import { MessageStory } from './message-story.ts'
import { PacketRing } from './packet-ring.ts'
import type { EntryContent, WireEntry } from './wire-entry.ts'
import { type WireLimits, wireLimits } from './wire-limits.ts'

export interface WireParts {
  readonly now: () => Instant
  /** Monotonic. */
  readonly nowMs: () => number
  readonly limits?: WireLimits
  /** Shows the packets of the session with this key to the tap, if there is one, or no more. */
  readonly setTap: (sessionKey: string, tap: PacketTap | undefined) => void
  /** Whose login it was by what it said, whether there is such a tenant or not. */
  readonly tenantOf: (userName: string | undefined) => TenantId | undefined
  readonly isTenant: (tenantId: TenantId) => Promise<boolean>
}

/** One who reads as things happen. */
export interface WireWatcher {
  readonly tenantId: TenantId
  /** All devices of the tenant unless given. */
  readonly deviceIdentifier: string | undefined
  /** Something is there to be read; `late` was perhaps read before it was answered. */
  wake(late: WireEntry | undefined): void
}

/** What is kept of a device that nobody watches. */
interface Remembered {
  readonly tenantId: TenantId
  readonly endings: PacketRing
  readonly refused: PacketRing
}

/**
 * What devices say and hear, kept in bounded rings in memory: every packet of those that somebody
 * watches, of the others how their sessions ended and which of their messages were refused, and of
 * strangers why they were not let in.
 *
 * @see docs/decisions/0018, console §5.21
 */
export class Wire implements FindsTaps {
  readonly limits: WireLimits
  /** The first number of this process; those of earlier ones are smaller. */
  readonly firstSeq: number
  readonly #parts: WireParts
  readonly #around: CaptureSurroundings
  readonly #captures = new Map<string, Capture>()
  readonly #remembered: LruMap<string, Remembered>
  readonly #refusedConnects: LruMap<TenantId, PacketRing>
  readonly #watchers = new Set<WireWatcher>()
  #seq: number

  constructor(parts: WireParts) {
    this.limits = parts.limits ?? wireLimits
    this.#parts = parts
    // Numbers go on over a restart, as long as there is less than a packet in a microsecond.
    this.firstSeq = parts.now() * 1000
    this.#seq = this.firstSeq
    this.#remembered = new LruMap(this.limits.devicesRemembered)
    this.#refusedConnects = new LruMap(this.limits.tenantsRemembered)
    this.#around = {
      limits: this.limits,
      now: parts.now,
      nowMs: parts.nowMs,
      nextSeq: () => ++this.#seq,
      onNews: (capture, late) => this.#wake(capture.tenantId, capture.deviceIdentifier, late),
      onRefusedMessage: ({ tenantId, deviceIdentifier }, entry) =>
        this.#remember(tenantId, deviceIdentifier).refused.push(entry),
    }
  }

  get lastSeq(): number {
    return this.#seq
  }

  get capturedDevices(): number {
    return this.#captures.size
  }

  /** Of packets of watched devices. */
  get bytes(): number {
    let bytes = 0
    for (const { ring } of this.#captures.values()) bytes += ring.bytes
    return bytes
  }

  // What happens on the wire.

  tapOf(key: string): PacketTap | undefined {
    return this.#captures.get(key)
  }

  /** @see EndpointObserver */
  onConnectionClosed(ending: ConnectionEnding): void {
    const owner = ending.sessionKey === undefined ? undefined : parseKey(ending.sessionKey)
    if (owner === undefined) return
    const { tenantId, deviceIdentifier } = owner
    const { reason, detail, durationMs, publishesIn, publishesOut, publishesDropped, will } = ending
    const isByPacket = reason === 'disconnect'
    const entry = this.#entryOf(
      ending.clientId ?? deviceIdentifier,
      ending.connectionId,
      isByPacket || reason === 'clientClosed' || reason === 'connectionLost' ? 'in' : 'out',
      {
        packet: isByPacket ? 'DISCONNECT' : 'CLOSE',
        ending: {
          code: reason,
          durationMs,
          publishesIn,
          publishesOut,
          publishesDropped,
          will,
          ...(detail !== undefined && { detail }),
        },
      },
    )
    this.#remember(tenantId, deviceIdentifier).endings.push(entry)
    this.#captures.get(sessionKey(tenantId, deviceIdentifier))?.ended(entry)
    this.#wake(tenantId, deviceIdentifier)
  }

  /** Kept where the tenant that the login names exists: only its operators can see it. */
  onConnectRefused(refusal: ConnectRefusal): void {
    const tenantId = this.#parts.tenantOf(refusal.userName)
    if (tenantId === undefined) return
    const ring = this.#refusedConnects.get(tenantId)
    if (ring !== undefined) this.#keepRefusal(ring, tenantId, refusal)
    else void this.#keepFirstRefusal(tenantId, refusal)
  }

  async #keepFirstRefusal(tenantId: TenantId, refusal: ConnectRefusal): Promise<void> {
    if (!(await this.#parts.isTenant(tenantId).catch(() => false))) return
    const ring =
      this.#refusedConnects.get(tenantId) ??
      new PacketRing({
        packetsMax: this.limits.refusedConnectsPerTenant,
        bytesMax: Number.POSITIVE_INFINITY,
      })
    this.#refusedConnects.set(tenantId, ring)
    this.#keepRefusal(ring, tenantId, refusal)
  }

  #keepRefusal(ring: PacketRing, tenantId: TenantId, refusal: ConnectRefusal): void {
    const { clientId = '', connectionId, returnCode, reason } = refusal
    ring.push(
      this.#entryOf(clientId, connectionId, 'in', {
        packet: 'CONNECT',
        connect: refusal,
        refusal: { returnCode, reason },
      }),
    )
    this.#wake(tenantId, identifierOf(clientId))
  }

  /** Of a device that nobody watches. @see ObservesGateway */
  onMessageRefused({ connection, topic, qos, packetId, text, problems }: RefusedMessage): void {
    const { limits } = this
    const { actor, deviceIdentifier } = connection
    const story = new MessageStory(undefined, {
      ...limits,
      problemsPerMessage: limits.refusedProblems,
    })
    story.answering(problems)
    story.answered()
    const entry = this.#entryOf(deviceIdentifier, undefined, 'in', {
      packet: 'PUBLISH',
      topic,
      qos,
      isRetained: false,
      isDuplicate: false,
      packetId,
      payload: keepPayload(topic, Buffer.from(text), limits.refusedPayloadBytes),
      isAlone: true,
      story,
    })
    this.#remember(actor.tenantId, deviceIdentifier).refused.push(entry)
    this.#wake(actor.tenantId, deviceIdentifier)
  }

  #entryOf(
    clientId: string,
    connectionId: number | undefined,
    direction: 'in' | 'out',
    content: EntryContent,
  ): WireEntry {
    const session = connectionId === undefined ? '' : sessionName(connectionId)
    const time = this.#parts.now()
    return { seq: ++this.#seq, time, direction, clientId, session, content }
  }

  #remember(tenantId: TenantId, deviceIdentifier: string): Remembered {
    const key = sessionKey(tenantId, deviceIdentifier)
    const known = this.#remembered.get(key)
    if (known !== undefined) return known
    const { endingsPerDevice, refusedMessagesPerDevice, refusedBytesPerDevice } = this.limits
    const remembered = {
      tenantId,
      endings: new PacketRing({ packetsMax: endingsPerDevice, bytesMax: Number.POSITIVE_INFINITY }),
      refused: new PacketRing({
        packetsMax: refusedMessagesPerDevice,
        bytesMax: refusedBytesPerDevice,
      }),
    }
    this.#remembered.set(key, remembered)
    return remembered
  }

  // Who looks.

  /**
   * From now on every packet of the device is kept, until nobody has looked for a while. `undefined`
   * when as many devices are watched as may be, each of them by somebody who is there.
   */
  capture(
    tenantId: TenantId,
    deviceIdentifier: string,
  ): { readonly capture: Capture; readonly isNew: boolean } | undefined {
    const key = sessionKey(tenantId, deviceIdentifier)
    const known = this.#captures.get(key)
    if (known !== undefined) {
      known.until = this.#parts.now() + this.limits.captureMs
      // The last one that was looked at is the last one to make room.
      this.#captures.delete(key)
      this.#captures.set(key, known)
      return { capture: known, isNew: false }
    }
    if (!this.#makeRoom(tenantId)) return undefined
    const capture = new Capture(this.#around, tenantId, deviceIdentifier)
    this.#captures.set(key, capture)
    this.#parts.setTap(key, capture)
    return { capture, isNew: true }
  }

  #makeRoom(tenantId: TenantId): boolean {
    const { devicesCaptured, devicesCapturedPerTenant } = this.limits
    const ofTenant = [...this.#captures].filter(([, capture]) => capture.tenantId === tenantId)
    const candidates =
      ofTenant.length >= devicesCapturedPerTenant
        ? ofTenant
        : this.#captures.size >= devicesCaptured
          ? [...this.#captures]
          : undefined
    if (candidates === undefined) return true
    const leaving = candidates.find(([, { streams }]) => streams === 0)
    if (leaving !== undefined) this.#endCapture(leaving[0])
    return leaving !== undefined
  }

  /** Ends the captures that nobody has looked at for long enough. */
  sweep(): void {
    const now = this.#parts.now()
    for (const [key, { until, streams }] of this.#captures) {
      if (streams === 0 && until <= now) this.#endCapture(key)
    }
  }

  #endCapture(key: string): void {
    this.#captures.delete(key)
    this.#parts.setTap(key, undefined)
  }

  watch(watcher: WireWatcher): () => void {
    this.#watchers.add(watcher)
    return () => this.#watchers.delete(watcher)
  }

  #wake(tenantId: TenantId, deviceIdentifier: string, late?: WireEntry): void {
    for (const watcher of this.#watchers) {
      if (watcher.tenantId !== tenantId) continue
      const asked = watcher.deviceIdentifier
      if (asked === undefined || asked === deviceIdentifier) watcher.wake(late)
    }
  }

  // What there is to read.

  /** The rings of one device of the tenant, or of all. */
  ringsOf(tenantId: TenantId, deviceIdentifier: string | undefined): WireRings {
    const refusedConnects = this.#refusedConnects.get(tenantId)
    if (deviceIdentifier !== undefined) {
      const key = sessionKey(tenantId, deviceIdentifier)
      const capture = this.#captures.get(key)
      const remembered = this.#remembered.get(key)
      return {
        captures: capture ? [capture] : [],
        remembered: remembered ? [remembered] : [],
        refusedConnects,
      }
    }
    const ofTenant = (each: { readonly tenantId: TenantId }) => each.tenantId === tenantId
    return {
      captures: [...this.#captures.values()].filter(ofTenant),
      remembered: [...this.#remembered.values()].filter(ofTenant),
      refusedConnects,
    }
  }
}

export interface WireRings {
  readonly captures: readonly Capture[]
  readonly remembered: readonly Remembered[]
  readonly refusedConnects: PacketRing | undefined
}

/** The identifier in a ClientId, or the whole of one that has none. */
export function identifierOf(clientId: string): string {
  const parsed = parseClientId(clientId, 4)
  return parsed.kind === 'device' ? parsed.deviceIdentifier : clientId
}

function parseKey(
  key: string,
): { readonly tenantId: TenantId; readonly deviceIdentifier: string } | undefined {
  const [tenant = '', deviceIdentifier] = key.split('\n')
  const tenantId = parseTenantId(tenant)
  return tenantId === undefined || deviceIdentifier === undefined
    ? undefined
    : { tenantId, deviceIdentifier }
}
