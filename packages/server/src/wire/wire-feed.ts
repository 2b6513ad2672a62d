import { setTimeout as pause } from 'node:timers/promises'
import type { Instant, TenantId } from '@pileus/domain'
import type { WireEvents } from '@pileus/rest-contract'
import type { Capture } from './capture.ts'
import { type LooksUp, Presenter } from './presenter.ts'
import type { Wire, WireWatcher } from './wire.ts'
import { isErrorEntry, type WireEntry } from './wire-entry.ts'
import { type WireQuery, WireReader } from './wire-reader.ts'

/** One event of a stream. */
export type WireEvent = {
  readonly [Name in keyof WireEvents]: {
    readonly name: Name
    /** Where somebody goes on who has seen it. */
    readonly id?: number
    readonly data: WireEvents[Name]
  }
}[keyof WireEvents]

export type EndReason = WireEvents['error']['reason']

export interface WireFeedParts {
  readonly wire: Wire
  readonly query: WireQuery
  readonly userName: string
  /** Of the device that is watched, if it is one. */
  readonly capture: Capture | undefined
  readonly lookUp: LooksUp
  readonly now: () => Instant
  readonly onEnded: (feed: WireFeed, reason: EndReason | 'left') => void
}

/** Between two looks, so that a busy device is told in batches. */
const batchMs = 20

/**
 * What one reader of a stream is told, as fast as it asks. Nothing waits for it but its position:
 * what the ring has overwritten by then is told as a number.
 */
export class WireFeed implements WireWatcher {
  readonly tenantId: TenantId
  readonly deviceIdentifier: string | undefined
  readonly userName: string
  readonly #parts: WireFeedParts
  readonly #reader: WireReader
  readonly #unwatch: () => void
  /** What was told as pending, and is not any more; bounded. */
  #late: WireEntry[] = []
  #version: number | undefined
  #isFirst = true
  #hasNews = true
  #whenNews: (() => void) | undefined
  #end: EndReason | 'left' | undefined

  constructor(parts: WireFeedParts) {
    const { wire, query, capture } = parts
    this.tenantId = query.tenantId
    this.deviceIdentifier = query.deviceIdentifier
    this.userName = parts.userName
    this.#parts = parts
    this.#reader = new WireReader(wire, query)
    this.#unwatch = wire.watch(this)
    if (capture !== undefined) capture.streams++
  }

  wake(late: WireEntry | undefined): void {
    const { query, wire } = this.#parts
    const isWanted = late !== undefined && (!query.errorsOnly || isErrorEntry(late))
    if (isWanted && this.#late.length < wire.limits.packetsPerBatch) this.#late.push(late)
    this.#hasNews = true
    this.#whenNews?.()
  }

  /** The next events, once there are some; the last one of an ended feed is `error`, then none. */
  async next(): Promise<readonly WireEvent[]> {
    while (this.#end === undefined) {
      if (!this.#hasNews) await this.#news()
      if (this.#end !== undefined) break
      this.#hasNews = false
      const events = await this.#gather()
      if (events.length > 0) return events
      await pause(batchMs)
    }
    const reason = this.#end
    if (reason === 'left') return []
    this.#end = 'left'
    return [{ name: 'error', data: { reason } }]
  }

  async #gather(): Promise<readonly WireEvent[]> {
    const { wire, query, capture, lookUp, now } = this.#parts
    const max = this.#isFirst ? wire.limits.packetsPerAnswer : wire.limits.packetsPerBatch
    const reached = this.#reader.position
    const { entries, lost, isMore } = this.#reader.take(max, now())
    // Only those that were told before; the others are told now.
    const late = this.#late.filter(({ seq }) => seq <= reached)
    this.#late = []
    if (isMore) this.#hasNews = true
    const presenter = new Presenter(lookUp, query.tenantId)
    const events: WireEvent[] = []
    if (this.#isFirst && this.#reader.isFromBefore) {
      events.push({ name: 'lost', data: { reason: 'restart' } })
    } else if (lost > 0) {
      events.push({ name: 'lost', data: { reason: 'overwritten', count: lost } })
    }
    for (const data of await presenter.present(late)) events.push({ name: 'packet', data })
    for (const data of await presenter.present(entries)) {
      events.push({ name: 'packet', id: data.seq, data })
    }
    if (capture !== undefined && capture.version !== this.#version) {
      this.#version = capture.version
      events.push({ name: 'state', data: await presenter.presentState(capture) })
    }
    this.#isFirst = false
    return events
  }

  /** Something new, or a message that has waited long enough for what becomes of it. */
  async #news(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#whenNews = resolve
    const timer = this.#reader.isHeld
      ? setTimeout(() => this.wake(undefined), this.#parts.wire.limits.settleMs)
      : undefined
    await promise
    clearTimeout(timer)
    this.#whenNews = undefined
  }

  /** Also when the reader has left by itself. Only the first reason counts. */
  end(reason: EndReason | 'left'): void {
    if (this.#end !== undefined) return
    this.#end = reason
    this.#unwatch()
    const { capture, onEnded } = this.#parts
    if (capture !== undefined) capture.streams--
    onEnded(this, reason)
    this.#whenNews?.()
  }
}
