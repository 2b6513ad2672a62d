import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PacketDecoder } from '@pileus/mqtt-wire'
import { workloads } from '../workloads.ts'
import { MessageRing, ringSlots } from './message-ring.ts'

function decode(bytes: Uint8Array): readonly { packetId: number; text: string }[] {
  const decoder = new PacketDecoder({ packetBytesMax: 16_184 })
  decoder.push(bytes)
  const decoded: { packetId: number; text: string }[] = []
  for (let packet = decoder.next(); packet !== undefined; packet = decoder.next()) {
    assert.equal(packet.kind, 'publish')
    decoded.push({ packetId: packet.packetId, text: new TextDecoder().decode(packet.payload) })
  }
  return decoded
}

test('messages follow each other over the end of the ring', () => {
  const ring = new MessageRing(workloads.temperature)
  assert.deepEqual(decode(ring.messages(5 * ringSlots - 1, 3)), [
    { packetId: ringSlots, text: workloads.temperature.payload(ringSlots - 1) },
    { packetId: 1, text: '211,20.0' },
    { packetId: 2, text: '211,20.1' },
  ])
})

test('a whole ring is one view', () => {
  const ring = new MessageRing(workloads.rows)
  const ids = decode(ring.messages(7, ringSlots)).map(({ packetId }) => packetId)
  assert.equal(new Set(ids).size, ringSlots)
  assert.equal(ids[0], 8)
})
