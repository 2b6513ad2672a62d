/** Filters without a variable part that a device may subscribe (mqtt-endpoint §6.2). */
const plainFilters: ReadonlySet<string> = new Set([
  's/ds',
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
])

/** Filters that end in the X-ID of a collection. */
const filterPrefixes = ['s/dc/', 's/dl/', 's/ol/']

const bootstrapFilters: ReadonlySet<string> = new Set(['s/dcr', 's/e'])

// One segment without wildcard: an X-ID or child id of the grammar.
const segment = /^[^/+#\u0000]+$/

export interface Subscriber {
  readonly isBootstrap: boolean
  readonly defaultTemplate?: string
}

/**
 * Whether a filter is granted. It is granted whether or not the device or the collection exists
 * yet; every wildcard but `s/dc/#` and `s/dl/#` is refused.
 *
 * @see mqtt-endpoint §7
 */
export function isFilterGranted(filter: string, subscriber: Subscriber): boolean {
  if (subscriber.isBootstrap) return bootstrapFilters.has(filter)
  if (plainFilters.has(filter)) return true
  if (filter === 's/dd') return subscriber.defaultTemplate !== undefined
  return filterPrefixes.some(
    (prefix) => filter.startsWith(prefix) && segment.test(filter.slice(prefix.length)),
  )
}
