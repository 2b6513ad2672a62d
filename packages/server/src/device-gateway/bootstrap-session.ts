import type { DeviceIdentifier, KeepsSecrets, Store, TellsTime } from '@pileus/domain'
import { managementTenant, pollRegistration } from '@pileus/domain'
import { formatErrorLine, formatRow } from '@pileus/smartrest'
import { routeTopic } from './route-topic.ts'
import { rowProblemOf } from './row-outcome.ts'
import type {
  Downlink,
  PublishRefusal,
  Qos,
  RequestedFilter,
  Session,
  SubackCode,
  UplinkMessage,
} from './session-ports.ts'
import { isFilterGranted } from './subscription-filters.ts'

export interface BootstrapParts {
  readonly store: Store
  readonly clock: TellsTime
  readonly secrets: KeepsSecrets
  readonly deviceIdentifier: DeviceIdentifier
  readonly remoteAddress: string
  /** Least time between two polls that are looked at; 0 lifts it (security S-4.3). */
  readonly pollIntervalMs: number
  readonly onClosed: () => void
}

const done: Promise<void> = Promise.resolve()

/** The connection of a device that has no credentials yet: it may ask for them and nothing else. */
export class BootstrapSession implements Session {
  readonly #parts: BootstrapParts
  readonly #downlink: Downlink
  readonly #subscriptions = new Map<string, Qos>()
  #polledAt = Number.NEGATIVE_INFINITY

  constructor(parts: BootstrapParts, downlink: Downlink) {
    this.#parts = parts
    this.#downlink = downlink
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
    this.#parts.onClosed()
  }

  publish({ topic, payload }: UplinkMessage): Promise<void> | PublishRefusal {
    if (routeTopic(topic).kind !== 'credentials-request') {
      return { kind: 'refused', reason: `A bootstrap session cannot publish to ${topic}` }
    }
    const now = this.#parts.clock.now()
    if (now - this.#polledAt < this.#parts.pollIntervalMs) return done
    this.#polledAt = now
    return this.#poll(Buffer.from(payload).toString('utf8'), now)
  }

  async #poll(token: string, now: number): Promise<void> {
    const { store, secrets, deviceIdentifier, remoteAddress, pollIntervalMs } = this.#parts
    const poll = {
      deviceIdentifier,
      ...(token === '' ? {} : { token }),
      address: remoteAddress,
      canReceive: this.#subscriptions.has('s/dcr'),
      answerIntervalMs: pollIntervalMs,
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
    const qos = this.#subscriptions.get(topic)
    if (qos !== undefined) this.#downlink.send(topic, payload, qos)
  }
}
