import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PendingPublishes } from './pending-publishes.ts'

function answersOf(pending: PendingPublishes): string[] {
  const answers: string[] = []
  for (let group = pending.takeSettled(); group !== undefined; group = pending.takeSettled()) {
    group.forEachAnswer((qos, packetId) => answers.push(`${qos} ${packetId}`))
  }
  return answers
}

test('consecutive messages of one promise are one group', () => {
  const pending = new PendingPublishes()
  const [commit, next] = [Promise.resolve(), Promise.resolve()]
  const first = pending.add(1, 1, 10, commit)
  assert.ok(first)
  assert.equal(pending.add(2, 65_535, 10, commit), undefined)
  const second = pending.add(0, 0, 10, next)
  assert.ok(second)
  assert.ok(pending.add(1, 3, 10, commit), 'not consecutive')
  assert.deepEqual([pending.count, pending.bytes], [4, 40])
  second.isSettled = true
  assert.deepEqual(answersOf(pending), [])
  first.isSettled = true
  assert.deepEqual(answersOf(pending), ['1 1', '2 65535', '0 0'])
  assert.deepEqual([pending.count, pending.bytes], [1, 10])
})

test('a message never joins a group that is settled', () => {
  const pending = new PendingPublishes()
  const commit = Promise.resolve()
  const group = pending.add(1, 1, 1, commit)
  assert.ok(group)
  group.isSettled = true
  assert.ok(pending.add(1, 2, 1, commit))
})
