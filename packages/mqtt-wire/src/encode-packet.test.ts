// That encoders and `mqtt-packet` write the same bytes is a law in `packet-laws.test.ts`.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { bytesOf } from './byte-table.ts'
import {
  acknowledgementBytes,
  encodeConnack,
  encodeConnect,
  encodeDisconnect,
  encodePingreq,
  encodePingresp,
  encodePuback,
  encodePubcomp,
  encodePublish,
  encodePubrec,
  encodePubrel,
  encodeSuback,
  encodeSubscribe,
  encodeUnsuback,
  encodeUnsubscribe,
  writePubackAt,
  writePubcompAt,
  writePubrecAt,
  writePubrelAt,
} from './encode-packet.ts'

const payload = new TextEncoder().encode('20')

const encoded: readonly (readonly [name: string, bytes: Uint8Array, hex: string])[] = [
  ['a plain CONNECT', encodeConnect({ clientId: 'a' }), '10 0d MQTT4 02 0000 0001 61'],
  [
    'CONNECT of MQTT 3.1',
    encodeConnect({ clientId: 'a', protocolLevel: 3, keepAliveSeconds: 60 }),
    '10 0f MQIsdp3 02 003c 0001 61',
  ],
  [
    'CONNECT with empty credentials',
    encodeConnect({ clientId: '', userName: '', password: new Uint8Array(0) }),
    '10 10 MQTT4 c2 0000 0000 0000 0000',
  ],
  [
    'CONNECT with a will',
    encodeConnect({
      clientId: 'a',
      isCleanSession: false,
      will: { topic: 't', payload, qos: 1, isRetained: true },
    }),
    '10 14 MQTT4 2c 0000 0001 61 0001 74 0002 3230',
  ],
  ['CONNACK', encodeConnack({ isSessionPresent: false, code: 5 }), '20 02 0005'],
  ['PUBLISH QoS 0', encodePublish({ topic: 's/us', payload, qos: 0 }), '30 08 0004 732f7573 3230'],
  [
    'PUBLISH QoS 0, which has no packet id',
    encodePublish({ topic: 'a', payload, qos: 0, packetId: 7 }),
    '30 05 0001 61 3230',
  ],
  [
    'PUBLISH with all flags',
    encodePublish({
      topic: 'é',
      payload,
      qos: 2,
      packetId: 258,
      isDuplicate: true,
      isRetained: true,
    }),
    '3d 08 0002 c3a9 0102 3230',
  ],
  ['PUBACK', encodePuback(1), '40 02 0001'],
  ['PUBREC', encodePubrec(65_535), '50 02 ffff'],
  ['PUBREL', encodePubrel(256), '62 02 0100'],
  ['PUBCOMP', encodePubcomp(255), '70 02 00ff'],
  [
    'SUBSCRIBE',
    encodeSubscribe({ packetId: 1, subscriptions: [{ filter: 's/ds', qos: 2 }] }),
    '82 09 0001 0004 732f6473 02',
  ],
  ['SUBACK', encodeSuback({ packetId: 1, codes: [2, 0x80] }), '90 04 0001 0280'],
  [
    'UNSUBSCRIBE',
    encodeUnsubscribe({ packetId: 1, filters: ['a', 'b'] }),
    'a2 08 0001 0001 61 0001 62',
  ],
  ['UNSUBACK', encodeUnsuback(1), 'b0 02 0001'],
  ['PINGREQ', encodePingreq(), 'c0 00'],
  ['PINGRESP', encodePingresp(), 'd0 00'],
  ['DISCONNECT', encodeDisconnect(), 'e0 00'],
]

describe('encodes', () => {
  for (const [name, bytes, hex] of encoded) {
    test(name, () => assert.deepEqual(bytes, bytesOf(hex)))
  }

  const lengths = [
    [127, '7f'],
    [128, '8001'],
    [16_383, 'ff7f'],
    [16_384, '808001'],
    [2_097_151, 'ffff7f'],
    [2_097_152, '80808001'],
  ] as const
  for (const [bodyBytes, length] of lengths) {
    test(`a body of ${bodyBytes} bytes with the length ${length}`, () => {
      const packet = encodePublish({ topic: 'a', payload: new Uint8Array(bodyBytes - 3), qos: 0 })
      const header = bytesOf(`30 ${length}`)
      assert.deepEqual(packet.subarray(0, header.length), header)
      assert.equal(packet.length, header.length + bodyBytes)
    })
  }

  test('an acknowledgement into a buffer as on its own', () => {
    const kinds = [
      [encodePuback, writePubackAt],
      [encodePubrec, writePubrecAt],
      [encodePubrel, writePubrelAt],
      [encodePubcomp, writePubcompAt],
    ] as const
    const id = fc.integer({ min: 1, max: 65_535 })
    fc.assert(
      fc.property(
        fc.constantFrom(...kinds),
        id,
        fc.nat(8),
        ([encode, writeAt], packetId, offset) => {
          const target = new Uint8Array(offset + acknowledgementBytes + 1)
          const next = writeAt(target, offset, packetId)
          assert.equal(next, offset + acknowledgementBytes)
          assert.deepEqual(target.subarray(offset, next), encode(packetId))
          assert.equal(target[next], 0)
        },
      ),
    )
  })
})

describe('throws rather than break the framing', () => {
  const longText = 'x'.repeat(65_536)
  const mistakes: readonly (readonly [name: string, encode: () => unknown])[] = [
    ['packet id 0', () => encodePuback(0)],
    ['packet id 65536', () => encodePuback(65_536)],
    ['packet id 1.5', () => encodePuback(1.5)],
    ['QoS 1 without a packet id', () => encodePublish({ topic: 'a', payload, qos: 1 })],
    ['a topic of 65536 bytes', () => encodePublish({ topic: longText, payload, qos: 0 })],
    ['a client id of 65536 bytes', () => encodeConnect({ clientId: longText })],
    ['a keep-alive of 65536', () => encodeConnect({ clientId: 'a', keepAliveSeconds: 65_536 })],
    ['no room for an acknowledgement', () => writePubackAt(new Uint8Array(4), 1, 1)],
  ]
  for (const [name, encode] of mistakes) {
    test(name, () => assert.throws(encode, RangeError))
  }
})
