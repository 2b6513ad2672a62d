type Qos = 0 | 1 | 2

/** Messages whose effects one promise stands for. */
export class PublishGroup {
  readonly promise: Promise<void>
  isSettled = false
  bytes = 0
  /** QoS in the bits above the packet id: an object for each message would cost more than all else. */
  readonly #answers: number[] = []

  constructor(promise: Promise<void>) {
    this.promise = promise
  }

  get count(): number {
    return this.#answers.length
  }

  add(qos: Qos, packetId: number, bytes: number): void {
    this.#answers.push((qos << 16) | packetId)
    this.bytes += bytes
  }

  forEachAnswer(answer: (qos: Qos, packetId: number) => void): void {
    for (const packed of this.#answers) answer((packed >> 16) as Qos, packed & 0xffff)
  }
}

/**
 * The publishes of one connection between their arrival and their acknowledgement.
 *
 * Promises may settle in any order; answers come out in the order of arrival (reliability
 * Consecutive messages of one commit share a promise and cost one reaction together.
 */
export class PendingPublishes {
  readonly #groups: PublishGroup[] = []
  #count = 0
  #bytes = 0

  get count(): number {
    return this.#count
  }

  /** Topics and payloads. */
  get bytes(): number {
    return this.#bytes
  }

  /** Gives the group where it is new, so that the caller waits for its promise once. */
  add(qos: Qos, packetId: number, bytes: number, promise: Promise<void>): PublishGroup | undefined {
    this.#count++
    this.#bytes += bytes
    const last = this.#groups.at(-1)
    const isNew = last === undefined || last.promise !== promise || last.isSettled
    const group = isNew ? new PublishGroup(promise) : last
    group.add(qos, packetId, bytes)
    if (!isNew) return undefined
    this.#groups.push(group)
    return group
  }

  /** The next group that may be answered, taken out. */
  takeSettled(): PublishGroup | undefined {
    if (this.#groups[0]?.isSettled !== true) return undefined
    const group = this.#groups.shift()
    this.#count -= group?.count ?? 0
    this.#bytes -= group?.bytes ?? 0
    return group
  }
}
