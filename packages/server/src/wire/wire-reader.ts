import type { Instant, TenantId } from '@pileus/domain'
import type { PacketRing } from './packet-ring.ts'
import { identifierOf, type Wire } from './wire.ts'
import { isErrorEntry, type WireEntry } from './wire-entry.ts'

export interface WireQuery {
  readonly tenantId: TenantId
  /** All devices of the tenant unless given. */
  readonly deviceIdentifier: string | undefined
  readonly errorsOnly: boolean
  /** Behind which entry to begin; with the last ones there are unless given. */
  readonly since: number | undefined
}

export interface Taken {
  /** In the order of `seq`. */
  readonly entries: readonly WireEntry[]
  /** Packets between these and what was taken before that are not kept any more. */
  readonly lost: number
  /** There is more that can be taken at once. */
  readonly isMore: boolean
}

/** Reads what the wire keeps from a position on; everything once, in order. */
export class WireReader {
  readonly #wire: Wire
  readonly #query: WireQuery
  #position: number
  /** The first packet of each ring that was not taken yet, counted from the first ever. */
  readonly #next = new Map<PacketRing, number>()
  #isFirst: boolean
  #isHeld = false

  constructor(wire: Wire, query: WireQuery) {
    const { since } = query
    this.#wire = wire
    this.#query = query
    // A number from the future was given by a process whose clock was ahead.
    this.#position = since === undefined || since > wire.lastSeq ? 0 : since
    this.#isFirst = true
  }

  /** What to give as `since` to go on here. */
  get position(): number {
    return this.#position
  }

  /** Whether the position was given by an earlier process, whose packets are gone. */
  get isFromBefore(): boolean {
    const { since } = this.#query
    return since !== undefined && (since < this.#wire.firstSeq || since > this.#wire.lastSeq)
  }

  /** Whether a message whose fate is open keeps back itself and what came after it. */
  get isHeld(): boolean {
    return this.#isHeld
  }

  /** At most so many; of the last ones if there is no position yet. */
  take(max: number, now: Instant): Taken {
    const { tenantId, deviceIdentifier, errorsOnly, since } = this.#query
    const { captures, remembered, refusedConnects } = this.#wire.ringsOf(tenantId, deviceIdentifier)
    const boundary = Math.min(this.#wire.lastSeq + 1, ...captures.map((each) => each.boundary(now)))
    this.#isHeld = boundary <= this.#wire.lastSeq
    const bySeq = new Map<number, WireEntry>()
    const addFrom = (ring: PacketRing, isWanted: (entry: WireEntry) => boolean) => {
      for (const entry of ring.after(this.#position)) {
        if (entry.seq < boundary && isWanted(entry)) bySeq.set(entry.seq, entry)
      }
    }
    const isWanted = (entry: WireEntry) => !errorsOnly || isErrorEntry(entry)
    const rings = captures.map(({ ring }) => ring)
    for (const ring of rings) addFrom(ring, isWanted)
    for (const { endings, refused } of remembered) {
      addFrom(endings, isWanted)
      addFrom(refused, isWanted)
    }
    if (refusedConnects !== undefined) {
      addFrom(
        refusedConnects,
        ({ clientId }) =>
          deviceIdentifier === undefined || identifierOf(clientId) === deviceIdentifier,
      )
    }
    const ordered = [...bySeq.values()].sort((a, b) => a.seq - b.seq)
    const isFresh = this.#isFirst && since === undefined
    const entries = isFresh ? ordered.slice(-max) : ordered.slice(0, max)
    const isAll = isFresh || entries.length === ordered.length
    const lost = isFresh ? 0 : rings.reduce((sum, ring) => sum + this.#lostOf(ring), 0)
    this.#position = isAll
      ? Math.max(this.#position, boundary - 1)
      : (entries.at(-1)?.seq ?? this.#position)
    for (const ring of rings) {
      this.#next.set(ring, ring.dropped + ring.entries.length - ring.after(this.#position).length)
    }
    this.#isFirst = false
    return { entries, lost, isMore: !isAll }
  }

  /** At least one where it is not known how many. */
  #lostOf(ring: PacketRing): number {
    const next = this.#next.get(ring)
    if (next !== undefined) return Math.max(0, ring.dropped - next)
    return ring.droppedUpTo > this.#position ? 1 : 0
  }
}
