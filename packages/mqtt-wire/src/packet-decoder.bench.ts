// How many packets of 60 bytes one core decodes, in chunks of 64 KiB, and what an idle decoder
// weighs. `npm run bench --workspace packages/mqtt-wire`
import { encodePublish } from './encode-packet.ts'
import { PacketDecoder } from './packet-decoder.ts'

const packetBytes = 60
const chunkBytes = 64 * 1024
const packetsPerRound = 2_000_000

/** A stream of packets cut into chunks anywhere, as a socket does. */
function chunksOf(topics: readonly string[]): readonly Uint8Array[] {
  const packets = topics.map((topic, index) =>
    encodePublish({
      topic,
      qos: 1,
      packetId: index + 1,
      payload: new Uint8Array(packetBytes - 6 - new TextEncoder().encode(topic).length).fill(0x32),
    }),
  )
  const stream = new Uint8Array(packetBytes * chunkBytes)
  for (let offset = 0, index = 0; offset < stream.length; offset += packetBytes, index++) {
    stream.set(packets[index % packets.length] ?? [], offset)
  }
  return Array.from({ length: packetBytes }, (_, index) =>
    stream.subarray(index * chunkBytes, (index + 1) * chunkBytes),
  )
}

function measureDecoding(name: string, topics: readonly string[], readsPayload: boolean): void {
  const chunks = chunksOf(topics)
  let best = Number.POSITIVE_INFINITY
  for (let round = 0; round < 4; round++) {
    const decoder = new PacketDecoder({ packetBytesMax: 16_184 })
    let packets = 0
    let payloadBytes = 0
    const startedAt = performance.now()
    for (let index = 0; packets < packetsPerRound; index++) {
      decoder.push(chunks[index % chunks.length] ?? new Uint8Array(0))
      for (let packet = decoder.next(); packet !== undefined; packet = decoder.next()) {
        if (packet.kind !== 'publish') throw new Error(`expected a PUBLISH, got ${packet.kind}`)
        payloadBytes += readsPayload
          ? packet.payload.length
          : packet.payloadEnd - packet.payloadStart
        packets++
      }
    }
    const seconds = (performance.now() - startedAt) / 1000
    best = Math.min(best, (seconds / packets) * 1e9)
    if (payloadBytes === 0) throw new Error('no payload seen')
  }
  const perSecond = (1e3 / best).toFixed(1)
  console.log(`${name.padEnd(44)} ${perSecond} million/s  ${best.toFixed(0)} ns each`)
}

function measureMemory(name: string, use: (decoder: PacketDecoder) => void): void {
  const count = 100_000
  const decoders = Array.from<PacketDecoder | undefined>({ length: count })
  globalThis.gc?.()
  const before = process.memoryUsage()
  for (let index = 0; index < count; index++) {
    const decoder = new PacketDecoder({ packetBytesMax: 16_184 })
    use(decoder)
    decoders[index] = decoder
  }
  globalThis.gc?.()
  const after = process.memoryUsage()
  const bytes = after.heapUsed + after.arrayBuffers - before.heapUsed - before.arrayBuffers
  console.log(`${name.padEnd(44)} ${(bytes / count).toFixed(0)} bytes each`)
  if (decoders.length !== count) throw new Error('decoders were collected')
}

measureDecoding('one topic', ['s/us'], false)
measureDecoding('one topic, with a view of each payload', ['s/us'], true)
measureDecoding('two topics in turn', ['s/us', 's/uc/acmeProto'], false)
measureDecoding('one topic outside ASCII', ['s/us/öfen'], false)
measureMemory('idle decoder, new', () => {})
measureMemory('idle decoder, after a publish', (decoder) => {
  decoder.push(encodePublish({ topic: 's/us', qos: 0, payload: new Uint8Array(40) }))
  while (decoder.next() !== undefined);
})
