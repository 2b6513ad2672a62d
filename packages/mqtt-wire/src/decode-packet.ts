import { FieldReader } from './field-reader.ts'
import type { MalformedPacket, UnsupportedProtocol } from './packet-problems.ts'
import { kindByCode } from './packet-types.ts'
import {
  type Acknowledgement,
  type Connack,
  type ConnackCode,
  type Connect,
  type EmptyPacket,
  type Packet,
  type ProtocolLevel,
  Publish,
  type Qos,
  type Suback,
  type SubackCode,
  type Subscribe,
  type Subscription,
  type Unsuback,
  type Unsubscribe,
  type Will,
} from './packets.ts'
import { equalsAscii, parseUtf8 } from './utf8.ts'

type Code = MalformedPacket['code']

/**
 * Reads the one packet that `bytes` holds from `start` up to `end`.
 *
 * `measurePacket` has accepted its header. `previousTopic` is the topic of the PUBLISH before
 * it: devices send on one topic for hours, and an equal one is recognised instead of decoded.
 */
export function decodePacket(
  bytes: Uint8Array,
  start: number,
  end: number,
  previousTopic: string,
): Packet | Code | UnsupportedProtocol {
  const first = bytes[start] as number
  let bodyStart = start + 2
  while ((bytes[bodyStart - 1] as number) > 0x7f) bodyStart++

  const kind = kindByCode[first >> 4]
  if (kind === 'publish') return decodePublish(first, bytes, bodyStart, end, previousTopic)

  const reader = new FieldReader(bytes, bodyStart, end)
  switch (kind) {
    case 'connect':
      return decodeConnect(reader)
    case 'connack':
      return decodeConnack(reader)
    case 'puback':
    case 'pubrec':
    case 'pubrel':
    case 'pubcomp':
    case 'unsuback':
      return decodeAcknowledgement(kind, reader)
    case 'subscribe':
      return decodeSubscribe(reader)
    case 'suback':
      return decodeSuback(reader)
    case 'unsubscribe':
      return decodeUnsubscribe(reader)
    case 'pingreq':
    case 'pingresp':
    case 'disconnect':
      return emptyPackets[kind]
    case undefined:
      return 'packetTypeReserved'
  }
}

/**
 * The hot path, therefore on plain offsets: no reader, no view, one object.
 *
 * 60-byte packets in chunks of 64 KiB, one core of the test machine: see the bench beside the
 * decoder. The plain version is in `decode-packet.test.ts`.
 */
function decodePublish(
  first: number,
  bytes: Uint8Array,
  bodyStart: number,
  end: number,
  previousTopic: string,
): Publish | Code {
  const topicStart = bodyStart + 2
  if (topicStart > end) return 'fieldIncomplete'
  const topicEnd = topicStart + readUint16(bytes, bodyStart)
  const packetIdBytes = (first & 6) === 0 ? 0 : 2
  const payloadStart = topicEnd + packetIdBytes
  if (payloadStart > end) return 'fieldIncomplete'
  if (topicEnd === topicStart) return 'topicEmpty'

  let topic = previousTopic
  if (!equalsAscii(bytes, topicStart, topicEnd, previousTopic)) {
    const text = parseUtf8(bytes, topicStart, topicEnd)
    if (text === undefined) return 'textNotUtf8'
    if (text.includes('\0')) return 'textHasNul'
    if (text.includes('+') || text.includes('#')) return 'topicHasWildcard'
    topic = text
  }

  const packetId = packetIdBytes === 0 ? 0 : readUint16(bytes, topicEnd)
  if (packetId === 0 && packetIdBytes !== 0) return 'packetIdZero'
  return new Publish(first & 15, topic, packetId, bytes, payloadStart, end)
}

/** The caller has seen that both bytes are there. */
function readUint16(bytes: Uint8Array, offset: number): number {
  return ((bytes[offset] as number) << 8) | (bytes[offset + 1] as number)
}

const connectFlags = {
  reserved: 0x01,
  cleanSession: 0x02,
  will: 0x04,
  willQos: 0x18,
  willRetain: 0x20,
  password: 0x40,
  userName: 0x80,
} as const

/**
 * A protocol that is not ours is told from a malformed packet, since the server answers it.
 *
 * @see MQTT 3.1.1 §3.1; mqtt-endpoint §1
 */
function decodeConnect(reader: FieldReader): Connect | Code | UnsupportedProtocol {
  const protocolName = reader.text()
  const protocolLevel = reader.uint8()
  if (reader.problem !== undefined) return reader.problem
  const level = findProtocolLevel(protocolName, protocolLevel)
  if (level === undefined) {
    return {
      kind: 'problem',
      code: 'protocolUnsupported',
      packetKind: 'connect',
      protocolName,
      protocolLevel,
    }
  }

  const flags = reader.uint8()
  const keepAliveSeconds = reader.uint16()
  const flagsProblem = reader.problem ?? findConnectFlagsProblem(flags, level)
  if (flagsProblem !== undefined) return flagsProblem

  const clientId = reader.text()
  const will = (flags & connectFlags.will) === 0 ? undefined : decodeWill(flags, reader)
  // In MQTT 3.1 a user name or password may be announced and then be missing (its §3.1).
  const mayBeMissing = level === 3
  const hasField = (flag: number) => (flags & flag) !== 0 && (reader.hasMore || !mayBeMissing)
  const userName = hasField(connectFlags.userName) ? reader.text() : undefined
  const password = hasField(connectFlags.password) ? reader.binary() : undefined

  return (
    reader.finalProblem ?? {
      kind: 'connect',
      protocolLevel: level,
      clientId,
      isCleanSession: (flags & connectFlags.cleanSession) !== 0,
      keepAliveSeconds,
      ...(will && { will }),
      ...(userName !== undefined && { userName }),
      ...(password && { password }),
    }
  )
}

function findProtocolLevel(name: string, level: number): ProtocolLevel | undefined {
  if (name === 'MQTT' && level === 4) return 4
  if (name === 'MQIsdp' && level === 3) return 3
  return undefined
}

/** MQTT 3.1 ignores the lowest bit, and the will bits where there is no will (its §3.1). */
function findConnectFlagsProblem(flags: number, level: ProtocolLevel): Code | undefined {
  const { reserved, will, willQos, willRetain, password, userName } = connectFlags
  const isStrict = level === 4
  if (isStrict && (flags & reserved) !== 0) return 'connectFlagReserved'
  if ((flags & will) !== 0) {
    if ((flags & willQos) === willQos) return 'willQosReserved'
  } else if (isStrict && (flags & (willQos | willRetain)) !== 0) {
    return 'willFlagsWithoutWill'
  }
  if ((flags & password) !== 0 && (flags & userName) === 0) return 'passwordWithoutUserName'
  return undefined
}

/** The caller has refused QoS 3. */
function decodeWill(flags: number, reader: FieldReader): Will {
  return {
    topic: reader.text(),
    payload: reader.binary(),
    qos: ((flags & connectFlags.willQos) >> 3) as Qos,
    isRetained: (flags & connectFlags.willRetain) !== 0,
  }
}

function decodeConnack(reader: FieldReader): Connack | Code {
  const flags = reader.uint8()
  const code = reader.uint8()
  if (reader.problem !== undefined) return reader.problem
  if (flags > 1) return 'connackFlagsReserved'
  if (code > 5) return 'connackCodeReserved'
  if (code !== 0 && flags === 1) return 'sessionPresentInRefusal'
  return { kind: 'connack', isSessionPresent: flags === 1, code: code as ConnackCode }
}

function decodeAcknowledgement(
  kind: (Acknowledgement | Unsuback)['kind'],
  reader: FieldReader,
): Acknowledgement | Unsuback | Code {
  const packetId = reader.packetId()
  return reader.problem ?? { kind, packetId }
}

function decodeSubscribe(reader: FieldReader): Subscribe | Code {
  const packetId = reader.packetId()
  const subscriptions: Subscription[] = []
  while (reader.hasMore) {
    const filter = reader.text()
    const qos = reader.uint8()
    if (qos > 2) reader.refuse('requestedQosReserved')
    subscriptions.push({ filter, qos: qos as Qos })
  }
  if (subscriptions.length === 0) reader.refuse('filtersMissing')
  return reader.problem ?? { kind: 'subscribe', packetId, subscriptions }
}

function decodeSuback(reader: FieldReader): Suback | Code {
  const packetId = reader.packetId()
  const codes: SubackCode[] = []
  while (reader.hasMore) {
    const code = reader.uint8()
    if (code > 2 && code !== 0x80) reader.refuse('subackCodeReserved')
    codes.push(code as SubackCode)
  }
  if (codes.length === 0) reader.refuse('subackCodesMissing')
  return reader.problem ?? { kind: 'suback', packetId, codes }
}

function decodeUnsubscribe(reader: FieldReader): Unsubscribe | Code {
  const packetId = reader.packetId()
  const filters: string[] = []
  while (reader.hasMore) filters.push(reader.text())
  if (filters.length === 0) reader.refuse('filtersMissing')
  return reader.problem ?? { kind: 'unsubscribe', packetId, filters }
}

/** Shared, since they have nothing of their own. */
const emptyPackets = {
  pingreq: Object.freeze({ kind: 'pingreq' }),
  pingresp: Object.freeze({ kind: 'pingresp' }),
  disconnect: Object.freeze({ kind: 'disconnect' }),
} as const satisfies Record<EmptyPacket['kind'], EmptyPacket>
