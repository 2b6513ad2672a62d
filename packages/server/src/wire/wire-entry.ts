import type { Instant } from '@pileus/domain'
import type { CloseReason } from '../mqtt-endpoint/close-reasons.ts'
import type { AcceptedConnect } from '../mqtt-endpoint/packet-tap.ts'
import type { MessageStory } from './message-story.ts'

/** One packet as it is kept: not decoded before somebody reads it. */
export interface WireEntry {
  readonly seq: number
  readonly time: Instant
  readonly direction: 'in' | 'out'
  readonly clientId: string
  readonly session: string
  readonly content: EntryContent
}

export type EntryContent =
  | { readonly packet: 'CONNECT'; readonly connect: ConnectFacts; readonly refusal?: Refusal }
  | { readonly packet: 'CONNACK'; readonly code: number }
  | PublishContent
  | {
      readonly packet: 'PUBACK' | 'PUBREC' | 'PUBREL' | 'PUBCOMP' | 'UNSUBACK'
      readonly packetId: number
    }
  | {
      readonly packet: 'SUBSCRIBE'
      readonly packetId: number
      readonly filters: readonly { readonly filter: string; readonly qos: number }[]
    }
  | { readonly packet: 'SUBACK'; readonly packetId: number; readonly codes: readonly number[] }
  | {
      readonly packet: 'UNSUBSCRIBE'
      readonly packetId: number
      readonly filters: readonly string[]
    }
  | { readonly packet: 'DISCONNECT' | 'CLOSE'; readonly ending: EndingFacts }

export type ConnectFacts = Pick<
  AcceptedConnect,
  'transport' | 'remoteAddress' | 'userName' | 'protocolLevel'
> &
  Partial<Pick<AcceptedConnect, 'isCleanSession' | 'keepAliveSeconds' | 'will'>>

export interface Refusal {
  readonly returnCode: number
  readonly reason: string
}

export interface PublishContent {
  readonly packet: 'PUBLISH'
  readonly topic: string
  readonly qos: number
  readonly isRetained: boolean
  readonly isDuplicate: boolean
  readonly packetId: number
  readonly payload: KeptPayload
  readonly isWill?: true
  /** Nobody watched: only this one was kept. */
  readonly isAlone?: true
  /** What became of a message of the device. */
  readonly story?: MessageStory
  /** Why it was sent to the device. */
  readonly cause?: { readonly replyTo: number } | { readonly operationId: string } | undefined
}

export interface KeptPayload {
  /** As sent, whatever is kept of it. */
  readonly size: number
  /** `undefined` where it may hold a secret. */
  readonly bytes: Uint8Array | undefined
}

export interface EndingFacts {
  readonly code: CloseReason
  readonly detail?: string
  readonly durationMs: number
  readonly publishesIn: number
  readonly publishesOut: number
  readonly publishesDropped: number
  readonly will: string
}

/** Objects and short texts of one entry, roughly. */
const entryBytes = 300

/** What an entry weighs when it is made; its story comes later. */
export function sizeOfEntry({ clientId, content }: WireEntry): number {
  const bytes = entryBytes + clientId.length
  switch (content.packet) {
    case 'PUBLISH':
      return bytes + content.topic.length + (content.payload.bytes?.length ?? 0)
    case 'SUBSCRIBE':
      return bytes + content.filters.reduce((sum, { filter }) => sum + filter.length + 50, 0)
    case 'UNSUBSCRIBE':
      return bytes + content.filters.reduce((sum, filter) => sum + filter.length + 20, 0)
    case 'SUBACK':
      return bytes + content.codes.length * 8
    case 'CONNECT':
      return bytes + (content.connect.userName?.length ?? 0) + 200
    default:
      return bytes
  }
}

/** Whether something in it failed or was refused. */
export function isErrorEntry({ direction, content }: WireEntry): boolean {
  switch (content.packet) {
    case 'CONNECT':
      return content.refusal !== undefined
    case 'PUBLISH':
      return direction === 'in'
        ? (content.story?.problems.length ?? 0) > 0
        : content.topic === 's/e' || content.topic === 'error'
    case 'SUBACK':
      return content.codes.includes(0x80)
    case 'CLOSE':
      return true
    default:
      return false
  }
}
