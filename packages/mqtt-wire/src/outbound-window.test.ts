import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { OutboundWindow } from './outbound-window.ts'

function openWindow(size = 20): OutboundWindow<string> {
  return new OutboundWindow<string>({ size })
}

describe('an outbound window', () => {
  test('delivers QoS 1 on PUBACK', () => {
    const window = openWindow()
    assert.equal(window.send('m', 1), 1)
    assert.deepEqual(window.onPuback(1), { kind: 'delivered', message: 'm' })
    assert.deepEqual(window.onPuback(1), { kind: 'unknown' })
    assert.equal(window.inFlight, 0)
  })

  test('delivers QoS 2 on PUBCOMP, after PUBREC', () => {
    const window = openWindow()
    assert.equal(window.send('m', 2), 1)
    assert.deepEqual(window.onPubrec(1), { kind: 'release' })
    assert.deepEqual(window.onPubrec(1), { kind: 'release' })
    assert.equal(window.inFlight, 1)
    assert.deepEqual(window.onPubcomp(1), { kind: 'delivered', message: 'm' })
    assert.deepEqual(window.onPubcomp(1), { kind: 'unknown' })
    assert.deepEqual(window.onPubrec(1), { kind: 'unknown' })
  })

  test('knows an acknowledgement of the wrong kind, and forgets nothing by it', () => {
    const window = openWindow()
    window.send('once', 1)
    window.send('twice', 2)
    assert.deepEqual(window.onPubrec(1), { kind: 'outOfOrder' })
    assert.deepEqual(window.onPubcomp(1), { kind: 'outOfOrder' })
    assert.deepEqual(window.onPuback(2), { kind: 'outOfOrder' })
    assert.deepEqual(window.onPubcomp(2), { kind: 'outOfOrder' })
    assert.deepEqual([...window.undelivered()], ['once', 'twice'])
  })

  test('has no room for the message after the last', () => {
    const window = openWindow(2)
    assert.equal(window.isFull, false)
    window.send('a', 1)
    window.send('b', 1)
    assert.equal(window.isFull, true)
    assert.equal(window.send('c', 1), undefined)
    window.onPuback(2)
    assert.equal(window.send('c', 1), 3)
    assert.deepEqual([...window.undelivered()], ['a', 'c'])
  })

  test('begins with 1 again after 65535 and leaves out what is still in flight', () => {
    const window = openWindow(3)
    assert.equal(window.send('slow', 1), 1)
    for (let id = 2; id <= 65_535; id++) {
      assert.equal(window.send('quick', 1), id)
      window.onPuback(id)
    }
    assert.equal(window.send('next', 1), 2)
  })

  test('of another size than 1 to 65535 is a mistake of the caller', () => {
    for (const size of [0, 65_536, 1.5]) assert.throws(() => openWindow(size), RangeError)
  })
})

test('any acknowledgements: no two equal ids in flight, the window kept, unknown ids ignored', () => {
  const size = 4
  const id = fc.integer({ min: 1, max: 12 })
  const step = fc.oneof(
    fc.record({ kind: fc.constant('send' as const), qos: fc.constantFrom<1 | 2>(1, 2) }),
    fc.record({
      kind: fc.constantFrom('puback' as const, 'pubrec' as const, 'pubcomp' as const),
      id,
    }),
  )
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
      const window = new OutboundWindow<number>({ size })
      /** The slow twin: message number and awaited acknowledgement, by id. */
      const inFlight = new Map<number, { message: number; awaits: string }>()
      steps.forEach((one, message) => {
        if (one.kind === 'send') {
          const given = window.send(message, one.qos)
          assert.equal(given === undefined, inFlight.size === size)
          if (given === undefined) return
          assert.equal(inFlight.has(given), false)
          inFlight.set(given, { message, awaits: one.qos === 1 ? 'puback' : 'pubrec' })
        } else {
          const entry = inFlight.get(one.id)
          const answer =
            one.kind === 'puback'
              ? window.onPuback(one.id)
              : one.kind === 'pubrec'
                ? window.onPubrec(one.id)
                : window.onPubcomp(one.id)
          const isRepeatedPubrec = one.kind === 'pubrec' && entry?.awaits === 'pubcomp'
          if (entry === undefined) assert.deepEqual(answer, { kind: 'unknown' })
          else if (isRepeatedPubrec) assert.deepEqual(answer, { kind: 'release' })
          else if (entry.awaits !== one.kind) assert.deepEqual(answer, { kind: 'outOfOrder' })
          else if (one.kind === 'pubrec') {
            assert.deepEqual(answer, { kind: 'release' })
            entry.awaits = 'pubcomp'
          } else {
            assert.deepEqual(answer, { kind: 'delivered', message: entry.message })
            inFlight.delete(one.id)
          }
        }
        assert.equal(window.inFlight, inFlight.size)
        assert.ok(window.inFlight <= size)
        assert.deepEqual(
          [...window.undelivered()],
          [...inFlight.values()].map((entry) => entry.message),
        )
      })
    }),
  )
})
