import type { Qos } from './session-ports.ts'

/** Filters without a variable part that a device may subscribe (mqtt-endpoint §6.2). */
const plainFilters = [
  's/ds',
  's/dd',
  's/dt',
  's/dcr',
  's/dat',
  's/e',
  's/dc/#',
  's/dl',
  's/dl/#',
  'error',
  'devicecontrol/notifications',
  'notification/operations',
] as const

const isPlain: ReadonlySet<string> = new Set(plainFilters)

/** Filters that end in the X-ID of a collection. */
const filterPrefixes = ['s/dc/', 's/dl/', 's/ol/']

const bootstrapFilters: ReadonlySet<string> = new Set(['s/dcr', 's/e'])

/** Whether a text can be one level of a topic: an X-ID or child id of the grammar. */
export function isTopicSegment(text: string): boolean {
  return /^[^/+#\u0000]+$/.test(text)
}

export interface Subscriber {
  readonly isBootstrap: boolean
  /** Absent where the ClientId names none. */
  readonly defaultTemplate?: string | undefined
}

/**
 * Whether a filter is granted. It is granted whether or not the device or the collection exists
 * yet; every wildcard but `s/dc/#` and `s/dl/#` is refused.
 *
 * @see mqtt-endpoint §7
 */
export function isFilterGranted(filter: string, subscriber: Subscriber): boolean {
  if (subscriber.isBootstrap) return bootstrapFilters.has(filter)
  if (filter === 's/dd') return subscriber.defaultTemplate !== undefined
  if (isPlain.has(filter)) return true
  return filterPrefixes.some(
    (prefix) => filter.startsWith(prefix) && isTopicSegment(filter.slice(prefix.length)),
  )
}

/** A granted filter. */
export interface Subscription {
  readonly filter: string
  readonly qos: Qos
}

const plainSubscriptions = new Map<string, readonly Subscription[]>(
  plainFilters.map((filter) => [filter, ([0, 1, 2] as const).map((qos) => ({ filter, qos }))]),
)

/** The granted subscriptions of one session. Most are the same few for all, and shared by them. */
export class Subscriptions {
  #granted: readonly Subscription[] = none

  /** The QoS of what is sent on a topic: the highest of the filters that cover it. */
  qosOf(topic: string): Qos | undefined {
    let highest: Qos | undefined
    for (const { filter, qos } of this.#granted) {
      if ((highest === undefined || qos > highest) && covers(filter, topic)) highest = qos
    }
    return highest
  }

  set(filter: string, qos: Qos): void {
    this.delete(filter)
    const subscription = plainSubscriptions.get(filter)?.[qos] ?? { filter, qos }
    // Unlike a spread, takes no more room than it needs; there is one for each connection.
    this.#granted = this.#granted.concat(subscription)
  }

  delete(filter: string): void {
    if (!this.#granted.some((subscription) => subscription.filter === filter)) return
    this.#granted = this.#granted.filter((subscription) => subscription.filter !== filter)
  }
}

/** `#` stands for what comes below, and for nothing. Other wildcards are not granted. */
export function covers(filter: string, topic: string): boolean {
  if (filter === topic) return true
  if (!filter.endsWith('/#')) return false
  return topic.startsWith(filter.slice(0, -1)) || topic === filter.slice(0, -2)
}

const none: readonly Subscription[] = []
