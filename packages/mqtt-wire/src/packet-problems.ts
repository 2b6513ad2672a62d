import type { PacketKind } from './packet-types.ts'

interface PacketProblemRow {
  /** What the server does: end the connection, or say CONNACK 1 first. */
  readonly answer: 'close' | 'connack 1'
  /** One sentence for the person who looks after the client. */
  readonly text: string
  /** Paragraph of MQTT 3.1.1, or the rule of our own. */
  readonly source: string
}

/** Every reason for which a decoder ends a conversation. */
export const packetProblems = {
  packetTypeReserved: {
    answer: 'close',
    text: 'Packet types 0 and 15 do not exist in MQTT 3.1.1.',
    source: '§2.2.1',
  },
  headerFlagsReserved: {
    answer: 'close',
    text: 'The lower four bits of the first byte are not those of this packet type.',
    source: '§2.2.2',
  },
  publishQosReserved: {
    answer: 'close',
    text: 'A PUBLISH asks for QoS 3.',
    source: '§3.3.1.2',
  },
  duplicateWithoutQos: {
    answer: 'close',
    text: 'A PUBLISH with QoS 0 has the DUP flag.',
    source: '§3.3.1.1',
  },
  lengthUnending: {
    answer: 'close',
    text: 'The length field has more than four bytes.',
    source: '§2.2.3',
  },
  lengthWrong: {
    answer: 'close',
    text: 'Packets of this type have a fixed length, and it is another one.',
    source: '§3.2 to §3.14',
  },
  packetTooLarge: {
    answer: 'close',
    text: 'The packet is larger than this server accepts.',
    source: 'mqtt-endpoint §5.10',
  },
  fieldIncomplete: {
    answer: 'close',
    text: 'The packet ends in the middle of a field.',
    source: '§1.5, §2.3',
  },
  bytesLeftOver: {
    answer: 'close',
    text: 'Bytes follow after the last field of the packet.',
    source: '§3.1.3',
  },
  packetIdZero: {
    answer: 'close',
    text: 'The packet id is 0.',
    source: '§2.3.1',
  },
  textNotUtf8: {
    answer: 'close',
    text: 'A text is not well-formed UTF-8.',
    source: '§1.5.3',
  },
  textHasNul: {
    answer: 'close',
    text: 'A text contains the character U+0000.',
    source: '§1.5.3',
  },
  topicEmpty: {
    answer: 'close',
    text: 'A PUBLISH has an empty topic.',
    source: '§4.7.3',
  },
  topicHasWildcard: {
    answer: 'close',
    text: 'The topic of a PUBLISH contains a wildcard, + or #.',
    source: '§3.3.2.1',
  },
  protocolUnsupported: {
    answer: 'connack 1',
    text: 'The protocol is neither MQTT 3.1 (MQIsdp, level 3) nor MQTT 3.1.1 (MQTT, level 4).',
    source: '§3.1.2.2, mqtt-endpoint §1',
  },
  connectFlagReserved: {
    answer: 'close',
    text: 'The lowest bit of the CONNECT flags is set.',
    source: '§3.1.2.3',
  },
  willFlagsWithoutWill: {
    answer: 'close',
    text: 'CONNECT sets will QoS or will retain but announces no will.',
    source: '§3.1.2.6, §3.1.2.7',
  },
  willQosReserved: {
    answer: 'close',
    text: 'The will asks for QoS 3.',
    source: '§3.1.2.6',
  },
  passwordWithoutUserName: {
    answer: 'close',
    text: 'CONNECT announces a password but no user name.',
    source: '§3.1.2.9',
  },
  filtersMissing: {
    answer: 'close',
    text: 'SUBSCRIBE or UNSUBSCRIBE names no topic filter.',
    source: '§3.8.3, §3.10.3',
  },
  requestedQosReserved: {
    answer: 'close',
    text: 'SUBSCRIBE asks for a QoS other than 0, 1 or 2.',
    source: '§3.8.3',
  },
  connackFlagsReserved: {
    answer: 'close',
    text: 'CONNACK sets one of the upper seven flag bits.',
    source: '§3.2.2.1',
  },
  connackCodeReserved: {
    answer: 'close',
    text: 'CONNACK has a return code above 5.',
    source: '§3.2.2.3',
  },
  sessionPresentInRefusal: {
    answer: 'close',
    text: 'CONNACK refuses the connection and claims that a session is present.',
    source: '§3.2.2.2',
  },
  subackCodesMissing: {
    answer: 'close',
    text: 'SUBACK answers no subscription.',
    source: '§3.9.3',
  },
  subackCodeReserved: {
    answer: 'close',
    text: 'SUBACK has a return code other than 0, 1, 2 or 128.',
    source: '§3.9.3',
  },
} as const satisfies Record<string, PacketProblemRow>

export type PacketProblemCode = keyof typeof packetProblems

/** Why no further packet comes out of a decoder. */
export type PacketProblem = MalformedPacket | UnsupportedProtocol

export interface MalformedPacket {
  readonly kind: 'problem'
  readonly code: Exclude<PacketProblemCode, 'protocolUnsupported'>
  /** The type that the first byte announced; absent when there is no such type. */
  readonly packetKind?: PacketKind
}

/** A CONNECT that could be read as far as its protocol. */
export interface UnsupportedProtocol {
  readonly kind: 'problem'
  readonly code: 'protocolUnsupported'
  readonly packetKind: 'connect'
  readonly protocolName: string
  /** The byte as sent; bridges set its highest bit. */
  readonly protocolLevel: number
}
