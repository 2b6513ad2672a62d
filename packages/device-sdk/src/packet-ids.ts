/**
 * Packet ids of one device over all its connections. A message keeps its id when it is sent again,
 * so that the server can tell a repetition from a second message (MQTT 3.1.1 §3.3.1.1).
 */
export class PacketIds {
  readonly #taken = new Set<number>()
  #next: number

  /**
   * Begins somewhere: a device that starts again would otherwise give its first messages the ids
   * of its first messages before. `random` is in [0, 1).
   */
  constructor(random: number) {
    this.#next = 1 + Math.floor(random * packetIdMax)
  }

  /** An id that no unacknowledged message has. */
  take(): number {
    // Far fewer messages are in flight than there are ids, so this ends.
    while (this.#taken.has(this.#next)) this.#advance()
    const id = this.#next
    this.#taken.add(id)
    this.#advance()
    return id
  }

  free(id: number): void {
    this.#taken.delete(id)
  }

  #advance(): void {
    this.#next = (this.#next % packetIdMax) + 1
  }
}

const packetIdMax = 65_535
