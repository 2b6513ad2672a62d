import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { EventParser, type ReceivedEvent } from './event-stream.ts'

const text =
  ': hello\n\nevent: packet\nid: 7\ndata: {"a":"b: c"}\n\nevent: state\ndata: {}\n\n: still here\n\n'
const events: readonly ReceivedEvent[] = [
  { name: 'packet', id: '7', data: '{"a":"b: c"}' },
  { name: 'state', id: '', data: '{}' },
]

test('events are the same, wherever the network cuts them', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(text.length), { maxLength: 8 }), (cuts) => {
      const places = [0, ...cuts.toSorted((a, b) => a - b), text.length]
      const parser = new EventParser()
      const read = places.flatMap((place, index) =>
        index === 0 ? [] : parser.push(text.slice(places[index - 1], place)),
      )
      assert.deepEqual(read, events)
    }),
  )
})

test('one without an end is not collected for ever', () => {
  const parser = new EventParser()
  const piece = 'x'.repeat(1024 * 1024)
  assert.throws(() => {
    for (let pieces = 0; pieces < 10; pieces++) parser.push(piece)
  }, /no end/)
})
