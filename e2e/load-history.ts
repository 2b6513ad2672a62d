/** One publish: an event and a measurement in one message, both carrying the key. */
export interface SentMessage {
  readonly device: string
  /** Unique over all attempts of all messages. */
  readonly key: string
  readonly qos: 1 | 2
  /** Sent again under the same packet id with DUP, after a connection was lost. */
  isRetransmitted: boolean
  /** PUBACK or PUBREC has arrived. */
  isAcknowledged: boolean
}

/** One POST over REST: an operation or an event that carries the key. */
export interface SentWrite {
  readonly device: string
  readonly kind: 'operation' | 'event'
  readonly key: string
  /** From the 201; absent when no answer came. */
  id?: string
}

/** What the clients know in the end, in the order in which they sent it. */
export interface History {
  readonly messages: SentMessage[]
  readonly writes: SentWrite[]
  /** What a client saw on the way and must not see. */
  readonly surprises: string[]
}

export interface StoredItem {
  readonly device: string
  readonly key: string
  readonly id: string
}

/** What the platform shows of each kind. */
export interface Stored {
  readonly messageEvents: readonly StoredItem[]
  readonly messageMeasurements: readonly StoredItem[]
  readonly writtenEvents: readonly StoredItem[]
  /** With their status; they were never touched, so it has to be PENDING. */
  readonly operations: readonly (StoredItem & { readonly status: string })[]
}

/**
 * Every way in which what is stored breaks a promise to those who sent it, as sentences: the
 * invariants I1 to I5 and I7 of reliability §3.3. Knows nothing but the two lists.
 */
export function findViolations(history: History, stored: Stored): readonly string[] {
  return [
    ...history.surprises,
    ...checkMessages(history.messages, stored.messageEvents, 'event'),
    ...checkMessages(history.messages, stored.messageMeasurements, 'measurement'),
    ...checkWholeMessages(stored),
    ...checkWrites(history.writes, stored),
  ]
}

function checkMessages(
  messages: readonly SentMessage[],
  items: readonly StoredItem[],
  what: string,
): readonly string[] {
  const counts = countKeys(items)
  const problems: string[] = []
  for (const { key, qos, isAcknowledged, isRetransmitted } of messages) {
    const count = counts.get(key) ?? 0
    if (isAcknowledged && count === 0)
      problems.push(`I1: ${what} ${key} was acknowledged and is lost`)
    if (qos === 2 && count > 1)
      problems.push(`I2: ${what} ${key} of QoS 2 is stored ${count} times`)
    // reliability promises more than "at least once" to those who set DUP.
    if (qos === 1 && count > 1) {
      const how = isRetransmitted ? 'sent again with DUP' : 'sent once'
      problems.push(`R-17.1: ${what} ${key}, ${how}, is stored ${count} times`)
    }
  }
  const sent = new Set(messages.map(({ key }) => key))
  for (const { key } of items) {
    if (!sent.has(key)) problems.push(`I4: ${what} ${key} was never sent`)
  }
  return [...problems, ...checkOrder(messages, items, what)]
}

/** Ids grow with creation, so those of one device must grow with the order of sending (I5). */
function checkOrder(
  messages: readonly SentMessage[],
  items: readonly StoredItem[],
  what: string,
): readonly string[] {
  const idOf = new Map(items.map(({ key, id }) => [key, Number(id)]))
  const lastOf = new Map<string, { readonly key: string; readonly id: number }>()
  const problems: string[] = []
  for (const { device, key, isRetransmitted } of messages) {
    const id = idOf.get(key)
    if (id === undefined || isRetransmitted) continue
    const last = lastOf.get(device)
    if (last !== undefined && last.id > id) {
      problems.push(`I5: ${what} ${key} was sent after ${last.key} and stored before it`)
    }
    lastOf.set(device, { key, id })
  }
  return problems
}

/** The rows of one publish are one transaction (reliability ). */
function checkWholeMessages({ messageEvents, messageMeasurements }: Stored): readonly string[] {
  const events = countKeys(messageEvents)
  const measurements = countKeys(messageMeasurements)
  return [...new Set([...events.keys(), ...measurements.keys()])]
    .filter((key) => events.get(key) !== measurements.get(key))
    .map((key) => `R-3.2: only a part of message ${key} is stored`)
}

function checkWrites(
  writes: readonly SentWrite[],
  { writtenEvents, operations }: Stored,
): readonly string[] {
  const problems: string[] = []
  const sent = new Set(writes.map(({ key }) => key))
  for (const { key } of [...writtenEvents, ...operations]) {
    if (!sent.has(key)) problems.push(`I4: ${key} was never written`)
  }
  const found = {
    event: Map.groupBy(writtenEvents, ({ key }) => key),
    operation: Map.groupBy(operations, ({ key }) => key),
  }
  for (const { kind, key, id } of writes) {
    const items = found[kind].get(key) ?? []
    if (items.length > 1) problems.push(`I3: ${kind} ${key} is stored ${items.length} times`)
    if (id !== undefined && items[0]?.id !== id) {
      problems.push(`I3: ${kind} ${key} was answered 201 with id ${id} and is not there`)
    }
  }
  for (const { key, status } of operations) {
    if (status !== 'PENDING') problems.push(`I7: operation ${key} is ${status}`)
  }
  return problems
}

function countKeys(items: readonly StoredItem[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const { key } of items) counts.set(key, (counts.get(key) ?? 0) + 1)
  return counts
}
