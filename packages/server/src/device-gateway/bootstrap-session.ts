import type { DeviceIdentifier, Instant, KeepsSecrets } from '@pileus/domain'
import { managementTenant, pollRegistration } from '@pileus/domain'
import { formatErrorLine, formatRow } from '@pileus/smartrest'
import type { RateByKey } from './rate-by-key.ts'
import { routeTopic } from './route-topic.ts'
import { rowProblemOf } from './row-outcome.ts'
import type {
  Downlink,
  PublishRefusal,
  RequestedFilter,
  Session,
  SubackCode,
  UplinkMessage,
} from './session-ports.ts'
import type { SessionSurroundings } from './session-surroundings.ts'
import { isFilterGranted, Subscriptions } from './subscription-filters.ts'

/** Bounds on what devices without credentials may do (security S-4.3). */
export interface BootstrapLimits {
  /** Least time between two polls of one connection that are looked at. */
  readonly pollIntervalMs: number
  readonly sessionsMax: number
  /** How long one connection may stay. */
  readonly sessionMs: number
  /** Connections and polls of one source, and polls for one id; `undefined` lifts them. */
  readonly rates:
    | {
        readonly connectsOfSource: RateByKey
        readonly pollsOfSource: RateByKey
        readonly pollsOfDevice: RateByKey
      }
    | undefined
}

export interface BootstrapSurroundings extends SessionSurroundings {
  readonly secrets: KeepsSecrets
  readonly limits: BootstrapLimits
  /** What counts as one source: an address, or a network of them. */
  readonly sourceOf: (remoteAddress: string) => string
  readonly onClosed: (session: BootstrapSession) => void
}

const done: Promise<void> = Promise.resolve()

/** The connection of a device that has no credentials yet: it may ask for them and nothing else. */
export class BootstrapSession implements Session {
  readonly #around: BootstrapSurroundings
  readonly #deviceIdentifier: DeviceIdentifier
  readonly #remoteAddress: string
  readonly #downlink: Downlink
  readonly #subscriptions = new Subscriptions()
  readonly #openedAt: Instant
  #polledAt: Instant | undefined

  constructor(
    around: BootstrapSurroundings,
    deviceIdentifier: DeviceIdentifier,
    remoteAddress: string,
    downlink: Downlink,
  ) {
    this.#around = around
    this.#deviceIdentifier = deviceIdentifier
    this.#remoteAddress = remoteAddress
    this.#downlink = downlink
    this.#openedAt = around.clock.now()
  }

  subscribe(filters: readonly RequestedFilter[]): readonly SubackCode[] {
    return filters.map(({ filter, qos }) => {
      if (!isFilterGranted(filter, { isBootstrap: true })) return 0x80
      this.#subscriptions.set(filter, qos)
      return qos
    })
  }

  subscribed(): void {}

  unsubscribe(filters: readonly string[]): void {
    for (const filter of filters) this.#subscriptions.delete(filter)
  }

  windowOpened(): void {}

  closed(): void {
    this.#around.onClosed(this)
  }

  /** It has had the time that it may have. */
  isOverdue(now: Instant): boolean {
    return now - this.#openedAt > this.#around.limits.sessionMs
  }

  end(reason: string): void {
    this.#downlink.close(reason)
  }

  publish({ topic, payload }: UplinkMessage): Promise<void> | PublishRefusal {
    if (routeTopic(topic).kind !== 'credentials-request') {
      return refuse(`A bootstrap session cannot publish to ${topic}`)
    }
    const { clock, limits, sourceOf } = this.#around
    const now = clock.now()
    if (this.isOverdue(now)) return refuse('The bootstrap session has lasted too long')
    const sincePolledMs = this.#polledAt === undefined ? undefined : now - this.#polledAt
    // A clock that was set back must not silence the device until it has caught up.
    const isTooSoon =
      sincePolledMs !== undefined && sincePolledMs >= 0 && sincePolledMs < limits.pollIntervalMs
    if (isTooSoon) return done
    this.#polledAt = now
    if (limits.rates?.pollsOfSource.take(sourceOf(this.#remoteAddress), now) === false) {
      return refuse('Too many requests for credentials from this address')
    }
    if (limits.rates?.pollsOfDevice.take(this.#deviceIdentifier, now) === false) {
      return refuse('Too many requests for credentials of this device')
    }
    return this.#poll(Buffer.from(payload).toString('utf8'), now)
  }

  async #poll(token: string, now: Instant): Promise<void> {
    const { store, secrets, limits } = this.#around
    const poll = {
      deviceIdentifier: this.#deviceIdentifier,
      ...(token === '' ? {} : { token }),
      address: this.#remoteAddress,
      canReceive: this.#subscriptions.qosOf('s/dcr') !== undefined,
      answerIntervalMs: limits.pollIntervalMs,
    }
    const answer = await store.run(managementTenant, now, (unit) =>
      pollRegistration(unit, secrets, poll),
    )
    if (!answer.ok) {
      this.#send('s/e', formatErrorLine(rowProblemOf('', answer.problem)))
    } else if (answer.value !== undefined) {
      const { tenantId, userName, password } = answer.value
      this.#send('s/dcr', formatRow(['70', tenantId, userName, password]))
    }
  }

  #send(topic: string, payload: string): void {
    const qos = this.#subscriptions.qosOf(topic)
    if (qos !== undefined) this.#downlink.send(topic, payload, qos)
  }
}

function refuse(reason: string): PublishRefusal {
  return { kind: 'refused', reason }
}
