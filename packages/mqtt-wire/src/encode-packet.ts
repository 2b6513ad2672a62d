import { firstByteOf, packetTypes } from './packet-types.ts'
import type {
  Acknowledgement,
  Connack,
  Connect,
  Packet,
  PublishFields,
  Qos,
  Suback,
  Subscribe,
  Unsubscribe,
} from './packets.ts'
import { encodeUtf8 } from './utf8.ts'

// Encoders give one packet in memory of its own. What would break the framing (a packet id
// outside 1 to 65535, a text or packet too long for its length field) is a mistake of the caller
// and throws a RangeError; everything else is written as given.

/** What `encodeConnect` needs; the rest has the values of a plain client. */
export type ConnectToEncode = Pick<Connect, 'clientId'> & Partial<Omit<Connect, 'kind'>>

/** MQTT 3.1.1, clean session and no supervision unless said otherwise. @see MQTT 3.1.1 §3.1 */
export function encodeConnect(connect: ConnectToEncode): Uint8Array {
  const { will, userName, password, protocolLevel = 4, isCleanSession = true } = connect
  const flags =
    (isCleanSession ? 0x02 : 0) |
    (will ? 0x04 | (will.qos << 3) | (will.isRetained ? 0x20 : 0) : 0) |
    (password ? 0x40 : 0) |
    (userName === undefined ? 0 : 0x80)
  return encodeFields(firstByteOf('connect'), [
    textField(protocolLevel === 4 ? 'MQTT' : 'MQIsdp'),
    Uint8Array.of(protocolLevel, flags),
    uint16Field(connect.keepAliveSeconds ?? 0),
    textField(connect.clientId),
    ...(will ? [textField(will.topic), binaryField(will.payload)] : []),
    ...(userName === undefined ? [] : [textField(userName)]),
    ...(password ? [binaryField(password)] : []),
  ])
}

/** @see MQTT 3.1.1 §3.2 */
export function encodeConnack(connack: Omit<Connack, 'kind'>): Uint8Array {
  return Uint8Array.of(firstByteOf('connack'), 2, connack.isSessionPresent ? 1 : 0, connack.code)
}

/** What `encodePublish` needs. QoS 1 and 2 need a packet id. */
export type PublishToEncode = Pick<PublishFields, 'topic' | 'payload' | 'qos'> &
  Partial<PublishFields>

/** One allocation beside the topic's bytes, since this is what a load generator does all day. */
export function encodePublish(publish: PublishToEncode): Uint8Array {
  const { payload, qos } = publish
  const topic = encodeUtf8(publish.topic)
  const idBytes = qos === 0 ? 0 : 2
  const bodyBytes = 2 + topic.length + idBytes + payload.length
  const headerBytes = 1 + lengthBytes(bodyBytes)
  const packet = new Uint8Array(headerBytes + bodyBytes)
  packet[0] =
    (packetTypes.publish.code << 4) |
    (publish.isDuplicate === true ? 8 : 0) |
    (qos << 1) |
    (publish.isRetained === true ? 1 : 0)
  writeLength(packet, bodyBytes)
  let offset = writeUint16(packet, headerBytes, checkUint16(topic.length))
  packet.set(topic, offset)
  offset += topic.length
  if (qos !== 0) offset = writeUint16(packet, offset, checkPacketId(publish.packetId ?? 0))
  packet.set(payload, offset)
  return packet
}

/** Bytes of a PUBACK, PUBREC, PUBREL, PUBCOMP or UNSUBACK. */
export const acknowledgementBytes = 4

export function encodePuback(packetId: number): Uint8Array {
  return encodeAcknowledgement('puback', packetId)
}

export function encodePubrec(packetId: number): Uint8Array {
  return encodeAcknowledgement('pubrec', packetId)
}

export function encodePubrel(packetId: number): Uint8Array {
  return encodeAcknowledgement('pubrel', packetId)
}

export function encodePubcomp(packetId: number): Uint8Array {
  return encodeAcknowledgement('pubcomp', packetId)
}

export function encodeUnsuback(packetId: number): Uint8Array {
  return encodeAcknowledgement('unsuback', packetId)
}

function encodeAcknowledgement(
  kind: Acknowledgement['kind'] | 'unsuback',
  packetId: number,
): Uint8Array {
  const packet = new Uint8Array(acknowledgementBytes)
  writeAcknowledgement(packet, 0, firstByteOf(kind), packetId)
  return packet
}

/**
 * Writes `acknowledgementBytes` bytes into `target` and gives the offset after them.
 *
 * Allocates nothing, so that the answers of a whole commit group fill one buffer per socket.
 */
export function writePubackAt(target: Uint8Array, offset: number, packetId: number): number {
  return writeAcknowledgement(target, offset, firstBytes.puback, packetId)
}

/** Like `writePubackAt`. */
export function writePubrecAt(target: Uint8Array, offset: number, packetId: number): number {
  return writeAcknowledgement(target, offset, firstBytes.pubrec, packetId)
}

/** Like `writePubackAt`. */
export function writePubrelAt(target: Uint8Array, offset: number, packetId: number): number {
  return writeAcknowledgement(target, offset, firstBytes.pubrel, packetId)
}

/** Like `writePubackAt`. */
export function writePubcompAt(target: Uint8Array, offset: number, packetId: number): number {
  return writeAcknowledgement(target, offset, firstBytes.pubcomp, packetId)
}

const firstBytes = {
  puback: firstByteOf('puback'),
  pubrec: firstByteOf('pubrec'),
  pubrel: firstByteOf('pubrel'),
  pubcomp: firstByteOf('pubcomp'),
} as const

function writeAcknowledgement(
  target: Uint8Array,
  offset: number,
  first: number,
  packetId: number,
): number {
  if (offset + acknowledgementBytes > target.length) {
    throw new RangeError(`No room for an acknowledgement at ${offset} of ${target.length} bytes`)
  }
  target[offset] = first
  target[offset + 1] = 2
  return writeUint16(target, offset + 2, checkPacketId(packetId))
}

/** @see MQTT 3.1.1 §3.8 */
export function encodeSubscribe(subscribe: Omit<Subscribe, 'kind'>): Uint8Array {
  return encodeFields(firstByteOf('subscribe'), [
    uint16Field(checkPacketId(subscribe.packetId)),
    ...subscribe.subscriptions.flatMap(({ filter, qos }) => [textField(filter), qosField(qos)]),
  ])
}

/** @see MQTT 3.1.1 §3.9 */
export function encodeSuback(suback: Omit<Suback, 'kind'>): Uint8Array {
  return encodeFields(firstByteOf('suback'), [
    uint16Field(checkPacketId(suback.packetId)),
    Uint8Array.from(suback.codes),
  ])
}

/** @see MQTT 3.1.1 §3.10 */
export function encodeUnsubscribe(unsubscribe: Omit<Unsubscribe, 'kind'>): Uint8Array {
  return encodeFields(firstByteOf('unsubscribe'), [
    uint16Field(checkPacketId(unsubscribe.packetId)),
    ...unsubscribe.filters.map(textField),
  ])
}

export function encodePingreq(): Uint8Array {
  return encodeFields(firstByteOf('pingreq'), [])
}

export function encodePingresp(): Uint8Array {
  return encodeFields(firstByteOf('pingresp'), [])
}

export function encodeDisconnect(): Uint8Array {
  return encodeFields(firstByteOf('disconnect'), [])
}

/** The way back from the decoder: decoding the result gives an equal packet. */
export function encodePacket(packet: Packet): Uint8Array {
  switch (packet.kind) {
    case 'connect':
      return encodeConnect(packet)
    case 'connack':
      return encodeConnack(packet)
    case 'publish':
      return encodePublish(packet)
    case 'puback':
    case 'pubrec':
    case 'pubrel':
    case 'pubcomp':
    case 'unsuback':
      return encodeAcknowledgement(packet.kind, packet.packetId)
    case 'subscribe':
      return encodeSubscribe(packet)
    case 'suback':
      return encodeSuback(packet)
    case 'unsubscribe':
      return encodeUnsubscribe(packet)
    case 'pingreq':
    case 'pingresp':
    case 'disconnect':
      return encodeFields(firstByteOf(packet.kind), [])
  }
}

function encodeFields(first: number, fields: readonly Uint8Array[]): Uint8Array {
  const bodyBytes = fields.reduce((sum, field) => sum + field.length, 0)
  let offset = 1 + lengthBytes(bodyBytes)
  const packet = new Uint8Array(offset + bodyBytes)
  packet[0] = first
  writeLength(packet, bodyBytes)
  for (const field of fields) {
    packet.set(field, offset)
    offset += field.length
  }
  return packet
}

function textField(text: string): Uint8Array {
  return binaryField(encodeUtf8(text))
}

function binaryField(bytes: Uint8Array): Uint8Array {
  const field = new Uint8Array(2 + bytes.length)
  writeUint16(field, 0, checkUint16(bytes.length))
  field.set(bytes, 2)
  return field
}

function uint16Field(value: number): Uint8Array {
  checkUint16(value)
  return Uint8Array.of(value >> 8, value & 0xff)
}

function qosField(qos: Qos): Uint8Array {
  return Uint8Array.of(qos)
}

/** Gives the offset after it. */
function writeUint16(target: Uint8Array, offset: number, value: number): number {
  target[offset] = value >> 8
  target[offset + 1] = value & 0xff
  return offset + 2
}

/** How many bytes the length field of a body takes. @see MQTT 3.1.1 §2.2.3, table 2.4 */
function lengthBytes(bodyBytes: number): number {
  if (bodyBytes < 128) return 1
  if (bodyBytes < 16_384) return 2
  if (bodyBytes < 2_097_152) return 3
  if (bodyBytes < 268_435_456) return 4
  throw new RangeError(`A packet body of ${bodyBytes} bytes exceeds 268435455`)
}

/** The length field always follows the first byte. */
function writeLength(packet: Uint8Array, bodyBytes: number): void {
  let offset = 1
  let rest = bodyBytes
  while (rest > 0x7f) {
    packet[offset++] = (rest & 0x7f) | 0x80
    rest >>= 7
  }
  packet[offset] = rest
}

function checkPacketId(packetId: number): number {
  if (packetId === 0) throw new RangeError('0 is not a packet id')
  return checkUint16(packetId)
}

function checkUint16(value: number): number {
  if (Number.isInteger(value) && value >= 0 && value <= 0xffff) return value
  throw new RangeError(`${value} does not fit into two bytes`)
}
