import type { Connection, ProcessingMode } from '@pileus/domain'
import type { TracesMessage } from './session-ports.ts'

/** What the rows of one message have in common. */
export interface RowContext {
  readonly connection: Connection
  readonly mode: ProcessingMode
  /** Child part of the topic. */
  readonly child: string | undefined
  readonly platformVersion: string
  /** A whole MQTT packet, which no reply may exceed. */
  readonly packetBytesMax: number
  /** Present while somebody watches the device. */
  readonly trace?: TracesMessage | undefined
}
