// What holds for every packet and for any bytes. The oracles: `mqtt-packet`, an independent codec
// that many clients use, and for PUBLISH a plain decoder without the tricks of the fast one.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { generate, type Packet as OraclePacket, parser } from 'mqtt-packet'
import { bytesOf, rowsOf } from './byte-table.ts'
import { encodePacket } from './encode-packet.ts'
import { FieldReader } from './field-reader.ts'
import { PacketDecoder } from './packet-decoder.ts'
import type { PacketProblem } from './packet-problems.ts'
import { type ConnackCode, type Packet, Publish, type Qos, type SubackCode } from './packets.ts'

const packetBytesMax = 16_184

// Arbitrary packets

/** `fc.record` without its null prototypes, which a decoder does not make. */
function record<T>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<T> {
  return fc.record(model, { noNullPrototype: true })
}

const qos = fc.constantFrom<Qos>(0, 1, 2)
const packetId = fc.integer({ min: 1, max: 65_535 })
const payload = fc.uint8Array({ maxLength: 300 })
/** Well-formed Unicode without NUL, byte order marks included. */
const text = fc.oneof(
  fc.string({ maxLength: 20 }),
  fc.string({ unit: 'binary', maxLength: 20 }).map((value) => value.replaceAll('\0', '0')),
  fc.constantFrom('s/us', 's/uc/acmeProto', '\ufeffs', 'öfen-7', '泵', '🜁', '$SYS/a'),
)
const filter = fc.oneof(text, fc.constantFrom('s/dc/#', '+', '#', ''))
const topic = text.map((value) => value.replaceAll(/[+#]/g, '/') || '/')

/** Made through the bytes, as there is no other way to get one. */
const publish = record({
  topic,
  payload,
  qos,
  packetId,
  isDuplicate: fc.boolean(),
  isRetained: fc.boolean(),
}).map((fields) => {
  const flags =
    (fields.isDuplicate && fields.qos > 0 ? 8 : 0) | (fields.qos << 1) | +fields.isRetained
  const id = fields.qos === 0 ? 0 : fields.packetId
  return new Publish(flags, fields.topic, id, fields.payload, 0, fields.payload.length)
})

const connect = fc
  .record(
    {
      kind: fc.constant('connect' as const),
      protocolLevel: fc.constantFrom(3 as const, 4 as const),
      clientId: text,
      isCleanSession: fc.boolean(),
      keepAliveSeconds: fc.integer({ min: 0, max: 65_535 }),
      will: record({ topic: text, payload, qos, isRetained: fc.boolean() }),
      userName: text,
      password: payload,
    },
    {
      requiredKeys: ['kind', 'protocolLevel', 'clientId', 'isCleanSession', 'keepAliveSeconds'],
      noNullPrototype: true,
    },
  )
  .map(({ password, ...rest }) =>
    password && rest.userName !== undefined ? { ...rest, password } : rest,
  )

const connack = fc.oneof(
  fc.boolean().map((isSessionPresent) => ({
    kind: 'connack' as const,
    isSessionPresent,
    code: 0 as const,
  })),
  fc.constantFrom<ConnackCode>(1, 2, 3, 4, 5).map((code) => ({
    kind: 'connack' as const,
    isSessionPresent: false,
    code,
  })),
)

const packet: fc.Arbitrary<Packet> = fc.oneof(
  connect,
  connack,
  publish,
  record({
    kind: fc.constantFrom('puback', 'pubrec', 'pubrel', 'pubcomp', 'unsuback'),
    packetId,
  }),
  record({
    kind: fc.constant('subscribe'),
    packetId,
    subscriptions: fc.array(record({ filter, qos }), { minLength: 1, maxLength: 4 }),
  }),
  record({
    kind: fc.constant('suback'),
    packetId,
    codes: fc.array(fc.constantFrom<SubackCode>(0, 1, 2, 0x80), { minLength: 1, maxLength: 4 }),
  }),
  record({
    kind: fc.constant('unsubscribe'),
    packetId,
    filters: fc.array(filter, { minLength: 1, maxLength: 4 }),
  }),
  record({ kind: fc.constantFrom('pingreq', 'pingresp', 'disconnect') }),
)

/** Bytes that were a packet before something happened to them; with a fitting length, mostly. */
const damaged = record({
  bytes: packet.map(encodePacket),
  at: fc.nat(),
  removed: fc.integer({ min: 0, max: 3 }),
  inserted: fc.uint8Array({ maxLength: 3 }),
  fitsLength: fc.boolean(),
}).map(({ bytes, at, removed, inserted, fitsLength }) => {
  const start = at % bytes.length
  const spliced = [...bytes]
  spliced.splice(start, removed, ...inserted)
  return fitsLength ? withFittingLength(Uint8Array.from(spliced)) : Uint8Array.from(spliced)
})

/** Rewrites the length field, so that the damage is in the body. */
function withFittingLength(bytes: Uint8Array): Uint8Array {
  const bodyStart =
    2 +
    Math.max(
      0,
      bytes.subarray(1, 4).findIndex((byte) => byte < 0x80),
    )
  const body = bytes.subarray(bodyStart)
  const length = body.length < 128 ? [body.length] : [(body.length & 0x7f) | 0x80, body.length >> 7]
  return Uint8Array.of(bytes[0] ?? 0, ...length, ...body)
}

// What comes out

function drain(decoder: PacketDecoder): (Packet | PacketProblem)[] {
  const drained: (Packet | PacketProblem)[] = []
  for (let next = decoder.next(); next !== undefined; next = decoder.next()) {
    drained.push(next)
    if (next.kind === 'problem') break
  }
  return drained
}

function decodeChunks(chunks: readonly Uint8Array[]): readonly unknown[] {
  const decoder = new PacketDecoder({ packetBytesMax })
  const decoded: (Packet | PacketProblem)[] = []
  for (const chunk of chunks) {
    decoded.push(...drain(decoder))
    if (decoded.at(-1)?.kind === 'problem') break
    decoder.push(chunk)
  }
  if (decoded.at(-1)?.kind !== 'problem') decoded.push(...drain(decoder))
  return decoded.map(plain)
}

/** A PUBLISH by its meaning, not by where its payload lies. */
function plain(decoded: Packet | PacketProblem): unknown {
  if (decoded.kind !== 'publish') return decoded
  const { kind, topic, packetId, isDuplicate, isRetained } = decoded
  const copy = Uint8Array.from(decoded.payload)
  return { kind, topic, payload: copy, qos: decoded.qos, packetId, isDuplicate, isRetained }
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]))
}

/** Cuts at arbitrary places; chunks may be empty. */
function split(bytes: Uint8Array, cuts: readonly number[]): readonly Uint8Array[] {
  const places = cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b)
  return [0, ...places].map((start, index) => bytes.slice(start, places[index] ?? bytes.length))
}

const cuts = fc.array(fc.nat(), { maxLength: 12 })

describe('laws', () => {
  test('decoding what was encoded gives it back', () => {
    fc.assert(
      fc.property(packet, (original) => {
        assert.deepEqual(decodeChunks([encodePacket(original)]), [plain(original)])
      }),
    )
  })

  test('any split of the bytes gives the same packets and the same problem', () => {
    const stream = fc.array(fc.oneof(packet.map(encodePacket), damaged), { maxLength: 6 })
    fc.assert(
      fc.property(stream, cuts, (parts, places) => {
        const bytes = concat(parts)
        assert.deepEqual(decodeChunks(split(bytes, places)), decodeChunks([bytes]))
      }),
    )
  })

  test('one byte at a time gives the same', () => {
    fc.assert(
      fc.property(fc.array(packet.map(encodePacket), { maxLength: 3 }), (parts) => {
        const bytes = concat(parts)
        assert.deepEqual(
          decodeChunks([...bytes].map((byte) => Uint8Array.of(byte))),
          decodeChunks([bytes]),
        )
      }),
    )
  })

  test('a reader that pauses after any packet sees the same', () => {
    fc.assert(
      fc.property(fc.array(packet.map(encodePacket), { maxLength: 5 }), cuts, (parts, places) => {
        const bytes = concat(parts)
        const decoder = new PacketDecoder({ packetBytesMax })
        const decoded: (Packet | PacketProblem)[] = []
        for (const chunk of split(bytes, places)) {
          decoder.push(chunk)
          const next = decoder.next()
          if (next !== undefined) decoded.push(next)
        }
        decoded.push(...drain(decoder))
        assert.deepEqual(decoded.map(plain), decodeChunks([bytes]))
      }),
    )
  })

  test('any bytes: packets or a problem, no exception, no more memory than the bound', () => {
    const max = 64
    const header = fc.constantFrom(0x10, 0x20, 0x30, 0x32, 0x40, 0x62, 0x82, 0x90, 0xa2, 0xc0)
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc
        .tuple(header, fc.uint8Array({ maxLength: 100 }))
        .map(([first, rest]) => withFittingLength(Uint8Array.of(first, 0, ...rest))),
      damaged,
    )
    fc.assert(
      fc.property(fc.array(bytes, { maxLength: 4 }), cuts, (parts, places) => {
        const decoder = new PacketDecoder({ packetBytesMax: max })
        for (const chunk of split(concat(parts), places)) {
          decoder.push(chunk)
          drain(decoder)
          assert.ok(decoder.pendingBytes < max)
        }
      }),
      { numRuns: 1000 },
    )
  })

  test('PUBLISH is read as the plain decoder reads it', () => {
    const publishes = fc.array(fc.oneof(publish.map(encodePacket), damaged), { maxLength: 4 })
    fc.assert(
      fc.property(publishes, (parts) => {
        const decoder = new PacketDecoder({ packetBytesMax })
        for (const bytes of parts.filter((part) => (part[0] ?? 0) >> 4 === 3)) {
          const expected = decodePublishPlainly(bytes)
          if (expected === 'not one packet') return
          decoder.push(bytes)
          const decoded = decoder.next()
          if (decoded?.kind === 'problem') return assert.equal(expected, 'problem')
          assert.deepEqual(decoded && plain(decoded), expected)
        }
      }),
      { numRuns: 1000 },
    )
  })
})

/** The slow, obvious twin of the decoder's fast path. */
function decodePublishPlainly(bytes: Uint8Array): unknown {
  const first = bytes[0] ?? 0
  const lengthEnd = bytes.findIndex((byte, index) => index > 0 && byte < 0x80)
  if (lengthEnd === -1 || lengthEnd > 4) return 'not one packet'
  const length = [...bytes.subarray(1, lengthEnd + 1)].reduceRight(
    (sum, byte) => sum * 128 + (byte & 0x7f),
    0,
  )
  if (lengthEnd + 1 + length !== bytes.length) return 'not one packet'
  const level = (first >> 1) & 3
  const isDuplicate = (first & 8) !== 0
  const reader = new FieldReader(bytes, lengthEnd + 1, bytes.length)
  const name = reader.text()
  const id = level === 0 ? 0 : reader.packetId()
  const isRefused =
    reader.problem !== undefined ||
    level === 3 ||
    (level === 0 && isDuplicate) ||
    !/^[^+#]+$/.test(name)
  if (isRefused) return 'problem'
  const topicBytes = new TextEncoder().encode(name).length
  return {
    kind: 'publish',
    topic: name,
    payload: bytes.slice(lengthEnd + 3 + topicBytes + (level === 0 ? 0 : 2)),
    qos: level,
    packetId: id,
    isDuplicate,
    isRetained: (first & 1) !== 0,
  }
}

// The oracle

type OracleVerdict =
  | { readonly kind: 'packet'; readonly packet: OraclePacket }
  | { readonly kind: 'refused' | 'incomplete' }

/** What `mqtt-packet` makes of the first packet, on a connection of MQTT 3.1.1. */
function askOracle(bytes: Uint8Array): OracleVerdict {
  const found: OracleVerdict[] = []
  const oracle = parser({ protocolVersion: 4 })
  oracle.on('packet', (parsed) => found.push({ kind: 'packet', packet: parsed }))
  oracle.on('error', () => found.push({ kind: 'refused' }))
  oracle.parse(Buffer.from(bytes))
  return found[0] ?? { kind: 'incomplete' }
}

/** Our packet as `mqtt-packet` would say it. */
function toOracle(packet: Packet): OraclePacket {
  switch (packet.kind) {
    case 'connect': {
      const { will, userName, password } = packet
      return {
        cmd: 'connect',
        protocolId: packet.protocolLevel === 3 ? 'MQIsdp' : 'MQTT',
        protocolVersion: packet.protocolLevel,
        clientId: packet.clientId,
        clean: packet.isCleanSession,
        keepalive: packet.keepAliveSeconds,
        ...(will && {
          will: {
            topic: will.topic,
            payload: Buffer.from(will.payload),
            qos: will.qos,
            retain: will.isRetained,
          },
        }),
        ...(userName !== undefined && { username: userName }),
        ...(password && { password: Buffer.from(password) }),
      }
    }
    case 'connack':
      return { cmd: 'connack', sessionPresent: packet.isSessionPresent, returnCode: packet.code }
    case 'publish':
      return {
        cmd: 'publish',
        topic: packet.topic,
        payload: Buffer.from(packet.payload),
        qos: packet.qos,
        dup: packet.isDuplicate,
        retain: packet.isRetained,
        ...(packet.qos > 0 && { messageId: packet.packetId }),
      }
    case 'subscribe':
      return {
        cmd: 'subscribe',
        messageId: packet.packetId,
        subscriptions: packet.subscriptions.map((one) => ({ topic: one.filter, qos: one.qos })),
      }
    case 'suback':
      return { cmd: 'suback', messageId: packet.packetId, granted: [...packet.codes] }
    case 'unsubscribe':
      return {
        cmd: 'unsubscribe',
        messageId: packet.packetId,
        unsubscriptions: [...packet.filters],
      }
    case 'unsuback':
      return { cmd: 'unsuback', messageId: packet.packetId } as OraclePacket
    case 'puback':
    case 'pubrec':
    case 'pubrel':
    case 'pubcomp':
      return { cmd: packet.kind, messageId: packet.packetId }
    default:
      return { cmd: packet.kind }
  }
}

/** Where we differ from `mqtt-packet` on purpose: its verdict, ours, an example, why. */
const differences = rowsOf(`
  packet     | lengthWrong             | c0 01 00                                    | it skips what must not be there
  packet     | fieldIncomplete         | 90 01 00                                    | it reads -1 where a number is missing
  packet     | bytesLeftOver           | 10 0e MQTT4 02 003c 0001 61 00              | it skips what follows the last field
  packet     | packetTooLarge          | 30 b67e 0001 61 00*16179                    | it has no limit
  packet     | packetIdZero            | 40 02 0000                                  | it does not look at ids
  packet     | textNotUtf8             | 30 03 0001 e9                               | it replaces bad bytes by U+FFFD
  packet     | textHasNul              | 82 06 0001 0001 00 00                       | it does not look into texts
  packet     | topicEmpty              | 30 02 0000                                  | MQTT 5 allows it with an alias
  packet     | topicHasWildcard        | 30 03 0001 23                               | it does not look into topics
  packet     | duplicateWithoutQos     | 38 03 0001 61                               | it does not compare the flags
  packet     | protocolUnsupported     | 10 0e 0004 4d515454 05 02 003c 00 0001 61   | it reads MQTT 5 too
  packet     | protocolUnsupported     | 10 0d 0004 4d515454 84 02 003c 0001 61      | it has a mode for bridges
  packet     | protocolUnsupported     | 10 0d 0004 4d515454 03 02 003c 0001 61      | it does not compare name and level
  packet     | willQosReserved         | 10 13 MQTT4 1e 003c 0001 61 0001 74 0001 70 | it lets the broker look
  packet     | passwordWithoutUserName | 10 10 MQTT4 42 003c 0001 61 0001 70         | MQTT 5 allows it
  packet     | filtersMissing          | 82 02 0001                                  | it gives an empty list
  packet     | connackCodeReserved     | 20 02 0006                                  | it lets the client look
  packet     | sessionPresentInRefusal | 20 02 0105                                  | it lets the client look
  packet     | subackCodesMissing      | 90 02 0001                                  | it gives an empty list
  refused    | packet                  | 10 0f MQIsdp3 03 003c 0001 61               | 3.1 does not use that flag
  refused    | packet                  | 10 0f MQIsdp3 2a 003c 0001 61               | 3.1 ignores will flags without a will
  refused    | packet                  | 10 0f MQIsdp3 c2 003c 0001 61               | 3.1 lets announced credentials be missing
  incomplete | packetTypeReserved      | 00                                          | we do not wait for the body
  incomplete | duplicateWithoutQos     | 38                                          | we do not wait for the body
  incomplete | lengthWrong             | c0 01                                       | we do not wait for the body
  incomplete | packetTooLarge          | 30 b67e                                     | we do not wait for the body
`)

/** What both say about the first packet, and the packets where both accept it. */
function compare(bytes: Uint8Array) {
  const decoder = new PacketDecoder({ packetBytesMax })
  decoder.push(bytes)
  const decoded = decoder.next()
  const theirs = askOracle(bytes)
  const ours = decoded?.kind === 'problem' ? decoded.code : decoded ? 'packet' : 'incomplete'
  return { decoded, theirs, oracle: theirs.kind, ours }
}

describe('beside mqtt-packet', () => {
  test('the same packet has the same bytes', () => {
    fc.assert(
      fc.property(packet.filter(isEncodedByOracle), (original) => {
        assert.deepEqual(encodePacket(original), new Uint8Array(generate(toOracle(original))))
      }),
    )
  })

  test('the same bytes are the same packet or no packet, but for the differences', () => {
    const isDeliberate = (oracle: string, ours: string) =>
      differences.some((row) => row[0] === oracle && row[1] === ours)
    fc.assert(
      fc.property(fc.oneof(packet.map(encodePacket), damaged), (bytes) => {
        const { decoded, theirs, oracle, ours } = compare(bytes)
        if (decoded && decoded.kind !== 'problem' && theirs.kind === 'packet') {
          assertSame(decoded, theirs.packet)
        } else if (oracle !== 'refused' || ours === 'packet' || ours === 'incomplete') {
          assert.ok(oracle === ours || isDeliberate(oracle, ours), `it: ${oracle}, we: ${ours}`)
        }
      }),
      { numRuns: 1000 },
    )
  })

  for (const [oracle, ours, example = '', reason] of differences) {
    test(`${example}: ${ours}, since ${reason}`, () => {
      const verdicts = compare(bytesOf(example))
      assert.deepEqual({ oracle: verdicts.oracle, ours: verdicts.ours }, { oracle, ours })
    })
  }
})

/** Its encoder refuses empty will topics, and empty client ids where a server would. */
function isEncodedByOracle(original: Packet): boolean {
  if (original.kind !== 'connect') return true
  const { clientId, protocolLevel, isCleanSession, will } = original
  return (clientId !== '' || (protocolLevel === 4 && isCleanSession)) && will?.topic !== ''
}

/** `mqtt-packet` says a few things about the header that we leave out once they are checked. */
function assertSame(ours: Packet, theirs: OraclePacket): void {
  const hasFlagTwo = ['pubrel', 'subscribe', 'unsubscribe'].includes(ours.kind)
  const header = { retain: false, qos: hasFlagTwo ? 1 : 0, dup: false, topic: null, payload: null }
  const { length } = theirs
  assert.deepEqual({ ...theirs }, { ...header, length, ...toOracle(ours) })
}
