import type { Connection, ProcessingMode } from '@pileus/domain'
import type { TracesMessage } from './session-ports.ts'
import type { TemplateCollections } from './template-collections.ts'

/** What the rows of one message have in common. */
export interface RowContext {
  readonly connection: Connection
  readonly mode: ProcessingMode
  /** Child part of the topic. */
  readonly child: string | undefined
  readonly platformVersion: string
  /** A whole MQTT packet, which no reply may exceed. */
  readonly packetBytesMax: number
  /** Whose templates the rows use; absent for the static ones. */
  readonly collection?: CollectionOfRows | undefined
  /** Present while somebody watches the device. */
  readonly trace?: TracesMessage | undefined
}

/** The collection that a topic names. It is looked up row by row: any of them may be its first. */
export interface CollectionOfRows {
  readonly collections: TemplateCollections
  readonly xId: string
  /** Where results are sent. */
  readonly downlinkTopic: string
}
