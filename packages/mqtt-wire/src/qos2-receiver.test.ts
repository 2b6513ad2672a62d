import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { Qos2Receiver } from './qos2-receiver.ts'

type Event = readonly ['publish' | 'committed' | 'pubrel', packetId: number]

function run(receiver: Qos2Receiver, [event, packetId]: Event): string {
  switch (event) {
    case 'publish':
      return receiver.onPublish(packetId)
    case 'committed':
      return receiver.committed(packetId)
    case 'pubrel':
      return receiver.onPubrel(packetId)
  }
}

const lives: readonly (readonly [name: string, ...steps: (readonly [string, string])[]])[] = [
  ['a message', ['publish', 'perform'], ['committed', 'pubrec'], ['pubrel', 'complete']],
  [
    'a repetition before the commit',
    ['publish', 'perform'],
    ['publish', 'wait'],
    ['committed', 'pubrec'],
  ],
  [
    'repetitions after PUBREC',
    ['publish', 'perform'],
    ['committed', 'pubrec'],
    ['publish', 'repeatPubrec'],
    ['publish', 'repeatPubrec'],
    ['pubrel', 'complete'],
  ],
  [
    'the same id for the next message',
    ['publish', 'perform'],
    ['committed', 'pubrec'],
    ['pubrel', 'complete'],
    ['publish', 'perform'],
  ],
  [
    'PUBREL repeated after PUBCOMP',
    ['publish', 'perform'],
    ['committed', 'pubrec'],
    ['pubrel', 'complete'],
    ['pubrel', 'unknown'],
  ],
  ['PUBREL without a PUBLISH', ['pubrel', 'unknown']],
  [
    'PUBREL before our PUBREC',
    ['publish', 'perform'],
    ['pubrel', 'tooEarly'],
    ['committed', 'pubrec'],
  ],
  ['a commit of nothing', ['committed', 'unknown']],
  [
    'a commit said twice',
    ['publish', 'perform'],
    ['committed', 'pubrec'],
    ['committed', 'unknown'],
  ],
]

describe('the receiver of QoS 2 sees', () => {
  for (const [name, ...steps] of lives) {
    test(name, () => {
      const receiver = new Qos2Receiver({ openIdsMax: 4 })
      const answers = steps.map(([event]) => run(receiver, [event as Event[0], 7]))
      assert.deepEqual(
        answers,
        steps.map(([, answer]) => answer),
      )
    })
  }

  test('more open ids than it keeps, and room again after one is complete', () => {
    const receiver = new Qos2Receiver({ openIdsMax: 2 })
    assert.deepEqual(
      [1, 2, 3].map((id) => receiver.onPublish(id)),
      ['perform', 'perform', 'tooMany'],
    )
    assert.equal(receiver.onPublish(2), 'wait')
    receiver.committed(1)
    assert.equal(receiver.onPublish(3), 'tooMany')
    receiver.onPubrel(1)
    assert.equal(receiver.onPublish(3), 'perform')
  })
})

test('any events: one effect between two completions, and never more ids than the bound', () => {
  const openIdsMax = 3
  const event = fc.tuple(
    fc.constantFrom('publish' as const, 'committed' as const, 'pubrel' as const),
    fc.integer({ min: 1, max: 5 }),
  )
  fc.assert(
    fc.property(fc.array(event, { maxLength: 60 }), (events) => {
      const receiver = new Qos2Receiver({ openIdsMax })
      const open = new Map<number, 'performing' | 'performed'>()
      for (const one of events) {
        const [kind, id] = one
        const before = open.get(id)
        const answer = run(receiver, one)
        if (kind === 'publish') {
          const whenNew = open.size < openIdsMax ? 'perform' : 'tooMany'
          const known = before === 'performing' ? 'wait' : 'repeatPubrec'
          assert.equal(answer, before === undefined ? whenNew : known)
          if (answer === 'perform') open.set(id, 'performing')
        } else if (kind === 'committed') {
          assert.equal(answer, before === 'performing' ? 'pubrec' : 'unknown')
          if (answer === 'pubrec') open.set(id, 'performed')
        } else {
          const known = before === 'performing' ? 'tooEarly' : 'complete'
          assert.equal(answer, before === undefined ? 'unknown' : known)
          if (answer === 'complete') open.delete(id)
        }
        assert.equal(receiver.openIds, open.size)
        assert.ok(receiver.openIds <= openIdsMax)
      }
    }),
  )
})
