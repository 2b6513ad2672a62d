import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { PacketRing } from './packet-ring.ts'
import { sizeOfEntry, type WireEntry } from './wire-entry.ts'

function entry(seq: number, payloadBytes: number): WireEntry {
  return {
    seq,
    time: seq,
    direction: 'in',
    clientId: 'pump',
    session: 's-1',
    content: {
      packet: 'PUBLISH',
      topic: 's/us',
      qos: 1,
      isRetained: false,
      isDuplicate: false,
      packetId: 1,
      payload: { size: payloadBytes, bytes: new Uint8Array(payloadBytes) },
    },
  }
}

/** What is pushed, and how much heavier it becomes later. */
const pushes = fc.array(fc.record({ payload: fc.nat(3000), later: fc.nat(3000) }), {
  maxLength: 60,
})

test('never above its bounds, always the last ones, in order', () => {
  fc.assert(
    fc.property(pushes, fc.integer({ min: 1, max: 20 }), (pushed, packetsMax) => {
      const bytesMax = 10_000
      const ring = new PacketRing({ packetsMax, bytesMax })
      const sizes = new Map<WireEntry, number>()
      for (const [index, { payload, later }] of pushed.entries()) {
        const each = entry(index + 1, payload)
        ring.push(each)
        ring.grow(each, later)
        sizes.set(each, sizeOfEntry(each) + later)
        const kept = ring.entries
        assert.equal(kept.at(-1), each)
        assert.ok(kept.length <= packetsMax)
        assert.ok(ring.bytes <= bytesMax || kept.length === 1)
        assert.equal(
          ring.bytes,
          kept.reduce((sum, one) => sum + (sizes.get(one) ?? 0), 0),
        )
        assert.equal(ring.dropped + kept.length, index + 1)
        assert.equal(ring.droppedUpTo, ring.dropped)
        assert.deepEqual(
          kept.map(({ seq }) => seq),
          Array.from({ length: kept.length }, (_, place) => ring.dropped + place + 1),
        )
      }
    }),
  )
})

test('what comes after a position is what a plain search finds', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat(1000), { maxLength: 50 }), fc.nat(1000), (seqs, position) => {
      const ring = new PacketRing({ packetsMax: 30, bytesMax: Number.POSITIVE_INFINITY })
      for (const seq of seqs.toSorted((a, b) => a - b)) ring.push(entry(seq, 0))
      assert.deepEqual(
        ring.after(position),
        ring.entries.filter(({ seq }) => seq > position),
      )
    }),
  )
})

test('an entry that has gone does not become heavier', () => {
  const ring = new PacketRing({ packetsMax: 1, bytesMax: 10_000 })
  const gone = entry(1, 0)
  ring.push(gone)
  ring.push(entry(2, 0))
  const before = ring.bytes
  ring.grow(gone, 500)
  assert.equal(ring.bytes, before)
})
