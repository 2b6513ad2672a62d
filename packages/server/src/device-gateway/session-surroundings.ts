import type { Store, TellsTime } from '@pileus/domain'
import type { ObservesGateway } from './session-ports.ts'
import type { CallsRoutes } from './smartrest-1/calls-routes.ts'
import type { SmartRest1Collections } from './smartrest-1/smartrest-1-collections.ts'
import type { TemplateCollections } from './template-collections.ts'

/** What all sessions of a gateway share, so that a silent one costs little more than its socket. */
export interface SessionSurroundings {
  readonly store: Store
  readonly clock: TellsTime
  readonly observer: ObservesGateway
  /** Answer to row 600. */
  readonly platformVersion: string
  /** A whole MQTT packet, header included (mqtt-endpoint §5.10). */
  readonly packetBytesMax: number
}

/** What the sessions of devices share beyond that. */
export interface LanguageSurroundings extends SessionSurroundings {
  readonly collections: TemplateCollections
  readonly smartRest1Collections: SmartRest1Collections
  readonly routes: CallsRoutes
}

/** Fixed header with the longest size, length of the topic, packet id. */
const headerBytesMax = 1 + 4 + 2 + 2

/** The longest payload that a packet on this topic can carry. */
export function payloadBytesMaxOf(topic: string, packetBytesMax: number): number {
  return packetBytesMax - headerBytesMax - Buffer.byteLength(topic)
}
