import type { Instant, TenantEvent, TenantId } from '@pileus/domain'
import type { WireRepresentation } from '@pileus/rest-contract'
import type { Capture } from './capture.ts'
import { type LooksUp, Presenter } from './presenter.ts'
import { identifierOf, type Wire } from './wire.ts'
import { WireFeed } from './wire-feed.ts'
import { type WireQuery, WireReader } from './wire-reader.ts'

export interface WireWatchParts {
  readonly wire: Wire
  readonly lookUp: LooksUp
  readonly now: () => Instant
  /** Somebody looks at a device at which nobody looked before. */
  readonly onWatched: (watched: WatchedDevice) => void
}

export interface WatchedDevice {
  readonly tenantId: TenantId
  readonly userName: string
  readonly deviceIdentifier: string
}

/** Who asks for what. */
export interface WireRequest {
  readonly tenantId: TenantId
  readonly userName: string
  /** The ClientId or the identifier of a device; all of the tenant unless given. */
  readonly clientId: string | undefined
  readonly errorsOnly: boolean
  /** `seq` of the last packet that is known already. */
  readonly since: number | undefined
}

/** There are as many readers or watched devices as there may be. */
export const full = 'full'

/** Reading the wire: once, or on and on. */
export class WireWatch {
  readonly #parts: WireWatchParts
  readonly #feeds = new Set<WireFeed>()
  /** Streams that were ended because their reader was too slow. */
  slowStreamsCut = 0

  constructor(parts: WireWatchParts) {
    this.#parts = parts
  }

  get streams(): number {
    return this.#feeds.size
  }

  async read(request: WireRequest): Promise<WireRepresentation | typeof full> {
    const { wire, lookUp, now } = this.#parts
    const query = queryOf(request)
    const capture = this.#capture(request.userName, query)
    if (capture === full) return full
    const reader = new WireReader(wire, query)
    const { entries, lost } = reader.take(wire.limits.packetsPerAnswer, now())
    const presenter = new Presenter(lookUp, query.tenantId)
    return {
      packets: await presenter.present(entries),
      next: reader.position,
      hasGap: lost > 0 || reader.isFromBefore,
      ...(capture !== undefined && { state: await presenter.presentState(capture) }),
    }
  }

  open(request: WireRequest): WireFeed | typeof full {
    const { wire, lookUp, now } = this.#parts
    const { userName } = request
    const query = queryOf(request)
    if (!this.#hasRoomFor(query.tenantId, userName)) return full
    const capture = this.#capture(userName, query)
    if (capture === full) return full
    const feed = new WireFeed({
      wire,
      query,
      userName,
      capture,
      lookUp,
      now,
      onEnded: (ended, reason) => {
        this.#feeds.delete(ended)
        if (reason === 'slow') this.slowStreamsCut++
      },
    })
    this.#feeds.add(feed)
    return feed
  }

  #hasRoomFor(tenantId: TenantId, userName: string): boolean {
    const { streamsPerUser, streamsPerTenant } = this.#parts.wire.limits
    const ofTenant = [...this.#feeds].filter((feed) => feed.tenantId === tenantId)
    const ofUser = ofTenant.filter((feed) => feed.userName === userName)
    return ofTenant.length < streamsPerTenant && ofUser.length < streamsPerUser
  }

  #capture(
    userName: string,
    { tenantId, deviceIdentifier }: WireQuery,
  ): Capture | typeof full | undefined {
    if (deviceIdentifier === undefined) return undefined
    const captured = this.#parts.wire.capture(tenantId, deviceIdentifier)
    if (captured === undefined) return full
    if (captured.isNew) this.#parts.onWatched({ tenantId, userName, deviceIdentifier })
    return captured.capture
  }

  /** Streams of users who have lost access end. */
  onCommitted(events: readonly TenantEvent[]): void {
    if (this.#feeds.size === 0) return
    for (const { tenantId, event } of events) {
      if (event.kind !== 'userAccessChanged') continue
      for (const feed of this.#feeds) {
        if (feed.tenantId === tenantId && feed.userName === event.userName) feed.end('access')
      }
    }
  }

  /** The platform stops. */
  close(): void {
    for (const feed of this.#feeds) feed.end('stopping')
  }
}

function queryOf({ tenantId, clientId, errorsOnly, since }: WireRequest): WireQuery {
  const deviceIdentifier = clientId === undefined ? undefined : identifierOf(clientId)
  return { tenantId, deviceIdentifier, errorsOnly, since }
}
