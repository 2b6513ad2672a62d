import type { MqttLimits } from './limits.ts'
import { sourceKeyOf } from './source-key.ts'
import { TokenBucket } from './token-bucket.ts'

/** A connection that keeps us waiting for its CONNECT. */
export interface Newcomer {
  readonly remoteAddress: string
  onEvicted(): void
}

/** How a newcomer is received. */
export interface Reception {
  /** It is not read for so long. */
  readonly waitMs: number
  /** Its CONNECT is answered with CONNACK 3: it would have to wait for too long. */
  readonly isRefused: boolean
}

interface Source {
  readonly connects: TokenBucket | undefined
  /** In order of arrival. */
  readonly newcomers: Set<Newcomer>
}

/** Beyond so many addresses at once, the further ones are one source together. */
const sourcesMax = 65_536

/**
 * Slows down floods of connections and bounds those that never say CONNECT.
 *
 * Only connections that keep us waiting count as unauthenticated: those whose CONNECT comes at
 * once or is being checked, or that we make wait, are bounded by the rates. So a storm of honest
 * devices is slowed, never cut (reliability ), and silent ones push each other out.
 *
 * @see security §10.1
 */
export class Admission {
  readonly #limits: MqttLimits
  readonly #connects: TokenBucket | undefined
  readonly #sources = new Map<string, Source>()
  readonly #newcomers = new Set<Newcomer>()

  constructor(limits: MqttLimits, nowMs: number) {
    this.#limits = limits
    this.#connects = bucketOf(limits.connectsPerSecond, limits.connectsPerSecond, nowMs)
  }

  /** Connections that keep us waiting. */
  get waiting(): number {
    return this.#newcomers.size
  }

  /** A connection was accepted. */
  receive(remoteAddress: string, nowMs: number): Reception {
    const { connects } = this.#sourceOf(remoteAddress, nowMs)
    const waitMs = Math.max(connects?.waitMs(nowMs) ?? 0, this.#connects?.waitMs(nowMs) ?? 0)
    if (waitMs > this.#limits.connectWaitMs) {
      return { waitMs: this.#limits.connectWaitMs, isRefused: true }
    }
    connects?.take(1, nowMs)
    this.#connects?.take(1, nowMs)
    return { waitMs, isRefused: false }
  }

  /** It keeps us waiting. Evicts the one that has done so for longest when there are too many. */
  enter(newcomer: Newcomer, nowMs: number): void {
    const { newcomers } = this.#sourceOf(newcomer.remoteAddress, nowMs)
    newcomers.add(newcomer)
    this.#newcomers.add(newcomer)
    const { sourceUnauthenticatedConnections, unauthenticatedConnections } = this.#limits
    if (newcomers.size > sourceUnauthenticatedConnections) this.#evictOldest(newcomers)
    if (this.#newcomers.size > unauthenticatedConnections) this.#evictOldest(this.#newcomers)
  }

  /** Its CONNECT is here, or it has gone. */
  leave(newcomer: Newcomer): void {
    if (!this.#newcomers.delete(newcomer)) return
    for (const key of [sourceKeyOf(newcomer.remoteAddress), otherSources]) {
      this.#sources.get(key)?.newcomers.delete(newcomer)
    }
  }

  /** Forgets sources that behave as if they had never been here. */
  sweep(nowMs: number): void {
    for (const [key, { newcomers, connects }] of this.#sources) {
      if (newcomers.size === 0 && connects?.isFull(nowMs) !== false) this.#sources.delete(key)
    }
  }

  #evictOldest(newcomers: Set<Newcomer>): void {
    const [oldest] = newcomers
    if (oldest === undefined) return
    this.leave(oldest)
    oldest.onEvicted()
  }

  #sourceOf(remoteAddress: string, nowMs: number): Source {
    const known = sourceKeyOf(remoteAddress)
    const key = this.#sources.size < sourcesMax || this.#sources.has(known) ? known : otherSources
    const found = this.#sources.get(key)
    if (found !== undefined) return found
    const { sourceConnectsPerSecond, sourceConnectBurst } = this.#limits
    const source: Source = {
      connects: bucketOf(sourceConnectsPerSecond, sourceConnectBurst, nowMs),
      newcomers: new Set(),
    }
    this.#sources.set(key, source)
    return source
  }
}

const otherSources = 'other'

/** No bucket where the rate is lifted. */
export function bucketOf(perSecond: number, burst: number, nowMs: number): TokenBucket | undefined {
  return Number.isFinite(perSecond) ? new TokenBucket({ perSecond, burst }, nowMs) : undefined
}
