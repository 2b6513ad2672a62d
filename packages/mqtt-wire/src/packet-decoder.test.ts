// Bytes in, packets or a reason out. One line per case, in hexadecimal, spaces for the eye.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { bytesOf, rowsOf } from './byte-table.ts'
import { PacketDecoder } from './packet-decoder.ts'
import { type PacketProblem, packetProblems } from './packet-problems.ts'
import type { Packet } from './packets.ts'

const packetBytesMax = 16_184

function decodeAll(hex: string): readonly (Packet | PacketProblem)[] {
  const decoder = new PacketDecoder({ packetBytesMax })
  decoder.push(bytesOf(hex))
  const packets: (Packet | PacketProblem)[] = []
  for (let packet = decoder.next(); packet !== undefined; packet = decoder.next()) {
    packets.push(packet)
    if (packet.kind === 'problem') break
  }
  return packets
}

/** Reason, bytes, what is wrong with them. */
const malformed = rowsOf(`
  packetTypeReserved      | 00 00                                       | packet type 0
  packetTypeReserved      | f0 00                                       | packet type 15, AUTH of MQTT 5
  headerFlagsReserved     | 11 00                                       | CONNECT with a header flag
  headerFlagsReserved     | 24 02 0000                                  | CONNACK with a header flag
  headerFlagsReserved     | 48 02 0001                                  | PUBACK with DUP
  headerFlagsReserved     | 52 02 0001                                  | PUBREC with a header flag
  headerFlagsReserved     | 60 02 0001                                  | PUBREL without its header flag
  headerFlagsReserved     | 6a 02 0001                                  | PUBREL with DUP in 3.1.1
  headerFlagsReserved     | 71 02 0001                                  | PUBCOMP with a header flag
  headerFlagsReserved     | 80 06 0001 0001 61 00                       | SUBSCRIBE without its header flag
  headerFlagsReserved     | 92 03 0001 00                               | SUBACK with a header flag
  headerFlagsReserved     | a0 05 0001 0001 61                          | UNSUBSCRIBE without its header flag
  headerFlagsReserved     | b2 02 0001                                  | UNSUBACK with a header flag
  headerFlagsReserved     | c1 00                                       | PINGREQ with a header flag
  headerFlagsReserved     | d1 00                                       | PINGRESP with a header flag
  headerFlagsReserved     | e8 00                                       | DISCONNECT with a header flag
  headerFlagsReserved     | e8                                          | a wrong first byte, before any length
  lengthUnending          | 30 80808080 01                              | a length of five bytes
  lengthUnending          | 30 ffffffff                                 | a length that announces a fifth byte
  packetTooLarge          | 30 b67e                                     | a length of one byte too many, body not sent
  packetTooLarge          | 30 ffffff7f                                 | the greatest length, body not sent
  packetTooLarge          | 10 ffff7f                                   | a CONNECT too large
  lengthWrong             | c0 01 00                                    | PINGREQ with a body
  lengthWrong             | c0 05                                       | PINGREQ that announces a body
  lengthWrong             | d0 01 00                                    | PINGRESP with a body
  lengthWrong             | e0 01 00                                    | DISCONNECT with the reason of MQTT 5
  lengthWrong             | 20 03 000000                                | CONNACK with the properties of MQTT 5
  lengthWrong             | 40 00                                       | PUBACK without a packet id
  lengthWrong             | 40 01 00                                    | PUBACK with half a packet id
  lengthWrong             | 40 03 000100                                | PUBACK with the reason of MQTT 5
  lengthWrong             | 50 03 000100                                | PUBREC with a third byte
  lengthWrong             | 62 03 000100                                | PUBREL with a third byte
  lengthWrong             | 70 03 000100                                | PUBCOMP with a third byte
  lengthWrong             | b0 03 000100                                | UNSUBACK with a third byte
  packetIdZero            | 40 02 0000                                  | PUBACK with packet id 0
  packetIdZero            | 50 02 0000                                  | PUBREC with packet id 0
  packetIdZero            | 62 02 0000                                  | PUBREL with packet id 0
  packetIdZero            | 70 02 0000                                  | PUBCOMP with packet id 0
  packetIdZero            | b0 02 0000                                  | UNSUBACK with packet id 0
  packetIdZero            | 82 06 0000 0001 61 00                       | SUBSCRIBE with packet id 0
  packetIdZero            | 90 03 0000 00                               | SUBACK with packet id 0
  packetIdZero            | a2 05 0000 0001 61                          | UNSUBSCRIBE with packet id 0
  packetIdZero            | 32 05 0001 61 0000                          | PUBLISH QoS 1 with packet id 0
  packetIdZero            | 34 05 0001 61 0000                          | PUBLISH QoS 2 with packet id 0
  publishQosReserved      | 36 05 0001 61 0001                          | PUBLISH with QoS 3
  duplicateWithoutQos     | 38 03 0001 61                               | PUBLISH with DUP and QoS 0
  fieldIncomplete         | 30 00                                       | PUBLISH without a body
  fieldIncomplete         | 30 01 00                                    | PUBLISH with half a topic length
  fieldIncomplete         | 30 04 0003 6162                             | PUBLISH whose topic runs over the end
  fieldIncomplete         | 32 03 0001 61                               | PUBLISH QoS 1 without a packet id
  fieldIncomplete         | 32 04 0001 61 00                            | PUBLISH QoS 1 with half a packet id
  topicEmpty              | 30 02 0000                                  | PUBLISH with an empty topic
  topicHasWildcard        | 30 03 0001 2b                               | PUBLISH to +
  topicHasWildcard        | 30 05 0003 732f23                           | PUBLISH to s/#
  topicHasWildcard        | 30 05 0003 612b62                           | PUBLISH to a+b
  textHasNul              | 30 05 0003 610062                           | PUBLISH to a NUL b
  textNotUtf8             | 30 03 0001 e9                               | a topic in Latin-1
  textNotUtf8             | 30 04 0002 c080                             | a topic with NUL as C0 80
  textNotUtf8             | 30 05 0003 e080af                           | a topic with an overlong slash
  textNotUtf8             | 30 05 0003 eda080                           | a topic with a high surrogate
  textNotUtf8             | 30 08 0006 eda080edb080                     | a topic with a pair of surrogates
  textNotUtf8             | 30 06 0004 f4908080                         | a topic above U+10FFFF
  textNotUtf8             | 30 04 0002 61c3                             | a topic that ends within a character
  textNotUtf8             | 30 03 0001 80                               | a topic with a stray continuation
  fieldIncomplete         | 10 00                                       | CONNECT without a body
  fieldIncomplete         | 10 04 0004 4d51                             | CONNECT that ends in the name
  fieldIncomplete         | 10 06 0004 4d515454                         | CONNECT without a level
  fieldIncomplete         | 10 07 MQTT4                                 | CONNECT without flags
  fieldIncomplete         | 10 08 MQTT4 02                              | CONNECT without keep-alive
  fieldIncomplete         | 10 0a MQTT4 02 003c                         | CONNECT without a client id
  connectFlagReserved     | 10 0d MQTT4 03 003c 0001 61                 | CONNECT with the reserved flag
  willFlagsWithoutWill    | 10 0d MQTT4 0a 003c 0001 61                 | CONNECT with will QoS 1 but no will
  willFlagsWithoutWill    | 10 0d MQTT4 1a 003c 0001 61                 | CONNECT with will QoS 3 but no will
  willFlagsWithoutWill    | 10 0d MQTT4 22 003c 0001 61                 | CONNECT with will retain but no will
  willQosReserved         | 10 13 MQTT4 1e 003c 0001 61 0001 74 0001 70 | CONNECT with will QoS 3
  passwordWithoutUserName | 10 10 MQTT4 42 003c 0001 61 0001 70         | CONNECT with a password only
  fieldIncomplete         | 10 0d MQTT4 06 003c 0001 61                 | CONNECT whose will is missing
  fieldIncomplete         | 10 10 MQTT4 06 003c 0001 61 0001 74         | CONNECT whose will payload is missing
  fieldIncomplete         | 10 0d MQTT4 82 003c 0001 61                 | CONNECT whose user name is missing
  fieldIncomplete         | 10 10 MQTT4 c2 003c 0001 61 0001 75         | CONNECT whose password is missing
  fieldIncomplete         | 10 0f MQIsdp3 06 003c 0001 61               | CONNECT 3.1 whose will is missing
  bytesLeftOver           | 10 0e MQTT4 02 003c 0001 61 00              | CONNECT with a byte after the client id
  bytesLeftOver           | 10 10 MQTT4 02 003c 0001 61 0001 75         | CONNECT with a user name not announced
  textHasNul              | 10 0d MQTT4 02 003c 0001 00                 | a client id with NUL
  textNotUtf8             | 10 0f MQTT4 02 003c 0003 edbfbf             | a client id with a surrogate
  textHasNul              | 10 13 MQTT4 06 003c 0001 61 0001 00 0001 70 | a will topic with NUL
  textNotUtf8             | 10 10 MQTT4 82 003c 0001 61 0001 e9         | a user name in Latin-1
  textNotUtf8             | 10 0d 0004 4d5154e9 04 02 003c 0001 61      | a protocol name in Latin-1
  protocolUnsupported     | 10 0e 0004 4d515454 05 02 003c 00 0001 61   | CONNECT of MQTT 5
  protocolUnsupported     | 10 07 0004 4d515454 05                      | CONNECT of MQTT 5, cut after the level
  protocolUnsupported     | 10 0d 0004 4d515454 84 02 003c 0001 61      | CONNECT of a bridge, level 0x84
  protocolUnsupported     | 10 0d 0004 4d515454 03 02 003c 0001 61      | CONNECT of level 3 named MQTT
  protocolUnsupported     | 10 0f 0006 4d5149736470 04 02 003c 0001 61  | CONNECT of level 4 named MQIsdp
  protocolUnsupported     | 10 08 0004 48545450 04 ff                   | CONNECT of another protocol
  protocolUnsupported     | 10 03 0000 04                               | CONNECT without a protocol name
  connackFlagsReserved    | 20 02 0200                                  | CONNACK with flag 2
  connackCodeReserved     | 20 02 0006                                  | CONNACK with code 6
  sessionPresentInRefusal | 20 02 0105                                  | CONNACK 5 with session present
  fieldIncomplete         | 82 00                                       | SUBSCRIBE without a body
  filtersMissing          | 82 02 0001                                  | SUBSCRIBE without a filter
  fieldIncomplete         | 82 05 0001 0001 61                          | SUBSCRIBE without a QoS
  requestedQosReserved    | 82 06 0001 0001 61 03                       | SUBSCRIBE with QoS 3
  requestedQosReserved    | 82 06 0001 0001 61 04                       | SUBSCRIBE with options of MQTT 5
  fieldIncomplete         | 82 08 0001 0001 61 00 0001                  | SUBSCRIBE with half a second filter
  textHasNul              | 82 06 0001 0001 00 00                       | SUBSCRIBE to a filter with NUL
  textNotUtf8             | 82 06 0001 0001 e9 00                       | SUBSCRIBE to a filter in Latin-1
  filtersMissing          | a2 02 0001                                  | UNSUBSCRIBE without a filter
  fieldIncomplete         | a2 05 0001 0002 61                          | UNSUBSCRIBE with half a filter
  textNotUtf8             | a2 05 0001 0001 e9                          | UNSUBSCRIBE from a filter in Latin-1
  subackCodesMissing      | 90 02 0001                                  | SUBACK without a code
  fieldIncomplete         | 90 01 00                                    | SUBACK with half a packet id
  subackCodeReserved      | 90 03 0001 03                               | SUBACK with code 3
  subackCodeReserved      | 90 03 0001 87                               | SUBACK with a reason of MQTT 5
`)

describe('refuses', () => {
  for (const [code, hex = '', what] of malformed) {
    test(what, () => {
      assert.deepEqual(
        decodeAll(hex).map((packet) => ('code' in packet ? packet.code : packet.kind)),
        [code],
      )
    })
  }

  test('for every reason of the table, and each has a case here', () => {
    const codes = new Set(malformed.map(([code]) => code))
    assert.deepEqual(codes, new Set(Object.keys(packetProblems)))
  })

  test('and says which packet it was', () => {
    assert.deepEqual(decodeAll('40 02 0000'), [
      { kind: 'problem', code: 'packetIdZero', packetKind: 'puback' },
    ])
    assert.deepEqual(decodeAll('f0 00'), [{ kind: 'problem', code: 'packetTypeReserved' }])
  })

  test('and says which protocol it was', () => {
    assert.deepEqual(decodeAll('10 07 0004 4d515454 05'), [
      {
        kind: 'problem',
        code: 'protocolUnsupported',
        packetKind: 'connect',
        protocolName: 'MQTT',
        protocolLevel: 5,
      },
    ])
  })
})

const text = (value: string) => new TextEncoder().encode(value)

const wellFormed: readonly {
  readonly what: string
  readonly hex: string
  readonly packet: unknown
}[] = [
  {
    what: 'the smallest CONNECT, with an empty client id',
    hex: '10 0c MQTT4 02 0000 0000',
    packet: {
      kind: 'connect',
      protocolLevel: 4,
      clientId: '',
      isCleanSession: true,
      keepAliveSeconds: 0,
    },
  },
  {
    what: 'CONNECT with everything',
    hex: '10 1a MQTT4 f4 ffff 0001 61 0001 74 0002 7030 0001 75 0001 ff',
    packet: {
      kind: 'connect',
      protocolLevel: 4,
      clientId: 'a',
      isCleanSession: false,
      keepAliveSeconds: 65_535,
      will: { topic: 't', payload: text('p0'), qos: 2, isRetained: true },
      userName: 'u',
      password: Uint8Array.of(0xff),
    },
  },
  {
    what: 'CONNECT with an empty will payload, user name and password',
    hex: '10 14 MQTT4 c6 0000 0000 0000 0000 0000 0000',
    packet: {
      kind: 'connect',
      protocolLevel: 4,
      clientId: '',
      isCleanSession: true,
      keepAliveSeconds: 0,
      will: { topic: '', payload: text(''), qos: 0, isRetained: false },
      userName: '',
      password: text(''),
    },
  },
  {
    what: 'CONNECT of MQTT 3.1 that announces credentials and has none',
    hex: '10 0f MQIsdp3 c2 003c 0001 61',
    packet: {
      kind: 'connect',
      protocolLevel: 3,
      clientId: 'a',
      isCleanSession: true,
      keepAliveSeconds: 60,
    },
  },
  {
    what: 'CONNECT of MQTT 3.1 with bits that it leaves unused',
    hex: '10 0f MQIsdp3 3b 003c 0001 61',
    packet: {
      kind: 'connect',
      protocolLevel: 3,
      clientId: 'a',
      isCleanSession: true,
      keepAliveSeconds: 60,
    },
  },
  {
    what: 'a client id that begins with a byte order mark, which stays',
    hex: '10 10 MQTT4 02 003c 0004 efbbbf61',
    packet: {
      kind: 'connect',
      protocolLevel: 4,
      clientId: '\ufeffa',
      isCleanSession: true,
      keepAliveSeconds: 60,
    },
  },
  {
    what: 'CONNACK with session present',
    hex: '20 02 0100',
    packet: { kind: 'connack', isSessionPresent: true, code: 0 },
  },
  {
    what: 'SUBSCRIBE to filters that the endpoint will judge',
    hex: '82 0e 0001 0000 00 0001 23 01 0002 2b23 02',
    packet: {
      kind: 'subscribe',
      packetId: 1,
      subscriptions: [
        { filter: '', qos: 0 },
        { filter: '#', qos: 1 },
        { filter: '+#', qos: 2 },
      ],
    },
  },
  {
    what: 'SUBACK with every code',
    hex: '90 06 ffff 00010280',
    packet: { kind: 'suback', packetId: 65_535, codes: [0, 1, 2, 0x80] },
  },
  {
    what: 'UNSUBSCRIBE',
    hex: 'a2 08 0102 0001 61 0001 62',
    packet: { kind: 'unsubscribe', packetId: 0x0102, filters: ['a', 'b'] },
  },
  { what: 'UNSUBACK', hex: 'b0 02 0102', packet: { kind: 'unsuback', packetId: 0x0102 } },
  { what: 'PUBACK', hex: '40 02 0102', packet: { kind: 'puback', packetId: 0x0102 } },
  { what: 'PUBREC', hex: '50 02 0102', packet: { kind: 'pubrec', packetId: 0x0102 } },
  { what: 'PUBREL', hex: '62 02 0102', packet: { kind: 'pubrel', packetId: 0x0102 } },
  { what: 'PUBCOMP', hex: '70 02 0102', packet: { kind: 'pubcomp', packetId: 0x0102 } },
  { what: 'PINGREQ', hex: 'c0 00', packet: { kind: 'pingreq' } },
  { what: 'PINGRESP', hex: 'd0 00', packet: { kind: 'pingresp' } },
  { what: 'DISCONNECT', hex: 'e0 00', packet: { kind: 'disconnect' } },
  { what: 'a length with needless bytes', hex: 'e0 808000', packet: { kind: 'disconnect' } },
]

describe('reads', () => {
  for (const { what, hex, packet } of wellFormed) {
    test(what, () => assert.deepEqual(decodeAll(hex), [packet]))
  }

  test('every flag of PUBLISH', () => {
    const [packet] = decodeAll('3d 0a 0004 732f7573 0102 3230')
    assert.ok(packet?.kind === 'publish')
    const { topic, qos, packetId, isDuplicate, isRetained, payload, hasServerTopic } = packet
    assert.deepEqual(
      { topic, qos, packetId, isDuplicate, isRetained, payload, hasServerTopic },
      {
        topic: 's/us',
        qos: 2,
        packetId: 0x0102,
        isDuplicate: true,
        isRetained: true,
        payload: text('20'),
        hasServerTopic: false,
      },
    )
  })

  test('PUBLISH to a topic of the server, and tells', () => {
    const [packet] = decodeAll('30 06 0004 24535953')
    assert.ok(packet?.kind === 'publish')
    assert.equal(packet.hasServerTopic, true)
    assert.equal(packet.payload.length, 0)
  })

  test('DUP on PUBREL, SUBSCRIBE and UNSUBSCRIBE once a CONNECT of MQTT 3.1 came', () => {
    const connect = '10 0f MQIsdp3 02 003c 0001 61'
    const kinds = decodeAll(`${connect} 6a 02 0001 8a 06 0001 0001 61 00 aa 05 0001 0001 61`)
    assert.deepEqual(
      kinds.map(({ kind }) => kind),
      ['connect', 'pubrel', 'subscribe', 'unsubscribe'],
    )
  })

  test('a repeated topic as the same topic, and an equally long one as itself', () => {
    const packets = decodeAll('30 03 0001 61 30 03 0001 61 30 03 0001 62 30 03 0001 61')
    assert.deepEqual(
      packets.map((packet) => packet.kind === 'publish' && packet.topic),
      ['a', 'a', 'b', 'a'],
    )
  })

  test('a topic outside ASCII, not mistaking its code for its bytes', () => {
    assert.deepEqual(
      decodeAll('30 04 0002 c3a9 30 04 0002 c3a9 30 03 0001 e9').map((packet) =>
        packet.kind === 'publish' ? packet.topic : packet.kind,
      ),
      ['é', 'é', 'problem'],
    )
  })

  test('a packet of exactly the greatest size', () => {
    const decoder = new PacketDecoder({ packetBytesMax })
    const packet = new Uint8Array(packetBytesMax)
    packet.set(bytesOf('30 b57e 0001 61'))
    decoder.push(packet)
    const publish = decoder.next()
    assert.ok(publish?.kind === 'publish')
    assert.equal(publish.payload.length, packetBytesMax - 6)
    assert.equal(decoder.next(), undefined)
  })
})

describe('a decoder', () => {
  test('keeps its verdict and reads nothing after it', () => {
    const decoder = new PacketDecoder({ packetBytesMax })
    decoder.push(bytesOf('c0 00 f0 00 c0 00'))
    assert.equal(decoder.next()?.kind, 'pingreq')
    const problem = decoder.next()
    assert.equal(problem?.kind, 'problem')
    decoder.push(bytesOf('c0 00'))
    assert.equal(decoder.next(), problem)
    assert.equal(decoder.pendingBytes, 0)
  })

  test('joins a chunk that comes before the last one was read to its end', () => {
    const decoder = new PacketDecoder({ packetBytesMax })
    decoder.push(bytesOf('c0 00 d0 00 40'))
    assert.equal(decoder.next()?.kind, 'pingreq')
    decoder.push(bytesOf('02 0001'))
    assert.equal(decoder.pendingBytes, 6)
    assert.equal(decoder.next()?.kind, 'pingresp')
    assert.deepEqual(decoder.next(), { kind: 'puback', packetId: 1 })
    assert.equal(decoder.next(), undefined)
    assert.equal(decoder.pendingBytes, 0)
  })

  test('gives the payload as a view of the chunk', () => {
    const decoder = new PacketDecoder({ packetBytesMax })
    const chunk = bytesOf('30 05 0001 61 3230')
    decoder.push(chunk)
    const publish = decoder.next()
    assert.ok(publish?.kind === 'publish')
    assert.equal(publish.payload.buffer, chunk.buffer)
  })

  test('lets its chunk be overwritten once it asks for more', () => {
    const decoder = new PacketDecoder({ packetBytesMax })
    const chunk = bytesOf('30 07 0001 61 3131')
    decoder.push(chunk)
    assert.equal(decoder.next(), undefined)
    chunk.set(bytesOf('3232'))
    decoder.push(chunk.subarray(0, 2))
    const publish = decoder.next()
    assert.ok(publish?.kind === 'publish')
    assert.deepEqual(publish.payload, text('1122'))
  })

  test('copies what a session keeps: will payload and password', () => {
    const chunk = bytesOf('10 14 MQTT4 c6 0000 0000 0000 0000 0000 0000')
    const decoder = new PacketDecoder({ packetBytesMax })
    decoder.push(chunk)
    const connect = decoder.next()
    assert.ok(connect?.kind === 'connect')
    assert.notEqual(connect.password?.buffer, chunk.buffer)
    assert.notEqual(connect.will?.payload.buffer, chunk.buffer)
  })
})
