/** A two-way stream of bytes, so that a connection need not know what carries it. */
export interface Carrier {
  readonly transport: 'tcp' | 'websocket'
  readonly remoteAddress: string
  /** The `Host` header on WebSocket. */
  readonly host?: string

  /**
   * Hands bytes to the operating system.
   *
   * `true`: they are taken, their memory is the caller's again. `false`: the carrier reads from
   * it until `onWritten`, and nothing else may be written before.
   */
  write(bytes: Uint8Array): boolean

  /** Stops and goes on with `onBytes`; a few chunks may still come after `pause`. */
  pause(): void
  resume(): void

  /** Says that nothing more will be written. Bytes may still come in. */
  end(): void

  /** Lets go of everything at once. */
  destroy(): void
}

/** Who holds a carrier. After `onGone` nothing is called. */
export interface CarrierOwner {
  onBytes(chunk: Uint8Array): void
  /** The bytes of the last `write` that gave `false` are taken. */
  onWritten(): void
  /** The other side will send nothing more. */
  onInputEnded(): void
  /** The other side used the carrier wrongly; it is being closed. */
  onMisuse(detail: string): void
  /** There is no connection any more. */
  onGone(): void
}
