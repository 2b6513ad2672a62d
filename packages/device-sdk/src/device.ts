import type { OperationHandler } from './operation.ts'
import type { Send } from './send.ts'

/** Something that rows can be about: the device itself or one below it. */
export interface DeviceAddress {
  /** Its external id. */
  readonly id: string
  /** One row each, done when it is acknowledged. */
  readonly send: Send
  /**
   * Rows as they are, in order and in as few messages as possible; done when all are acknowledged.
   * Throws `queueFull`, `messageTooLarge` and `closed`.
   */
  sendRows(rows: readonly string[]): Promise<void>
}

/** A device that runs. Whatever it is given to send waits for the connection if there is none. */
export interface Device extends DeviceAddress, AsyncDisposable {
  /** One below it, at any depth. The server creates it as a child if it does not exist. */
  child(childId: string): DeviceAddress
  /**
   * A token for requests over HTTP in the name of the device: `Authorization: Bearer <token>`. Ask
   * again when such a request is answered with 401, or when half of its life is over. Throws
   * `noReply` when the server gives none.
   *
   * @see security §7.1
   */
  requestToken(): Promise<string>
  /** Any other message: `s/uc/<X-ID>`, JSON topics. Done when it is acknowledged. */
  publish(topic: string, payload: string): Promise<void>
  /**
   * Handles operations with this fragment, in place of an earlier handler, and tells the server if
   * it did not know. Those that are PENDING already come too.
   */
  onOperation(fragment: string, handler: OperationHandler): void
  readonly isConnected: boolean
  /** When the device is over: undefined after `close` or the signal, else why it could not go on. */
  readonly ended: Promise<Error | undefined>
  /**
   * Takes nothing more, waits until everything is acknowledged, though not longer than
   * `closeTimeoutMs`, and disconnects. What is not acknowledged by then fails with `closed`. Does
   * not wait for handlers of operations, so that they may close the device.
   */
  close(): Promise<void>
}
