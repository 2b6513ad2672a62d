// The checker of kill-under-load.test.ts is worth nothing unless it sees what it looks for.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  findViolations,
  type History,
  type SentMessage,
  type Stored,
  type StoredItem,
} from './load-history.ts'

const first: SentMessage = message('a', 1)
const second: SentMessage = message('b', 2)
const history: History = {
  messages: [first, second, { ...message('c', 1), isAcknowledged: false }],
  writes: [
    { device: 'd', kind: 'operation', key: 'op', id: '1' },
    { device: 'd', kind: 'event', key: 'ev', id: '9' },
    { device: 'd', kind: 'event', key: 'unanswered' },
  ],
  surprises: [],
}
const items = [item('a', 1), item('b', 2)]
const stored: Stored = {
  messageEvents: items,
  messageMeasurements: items,
  writtenEvents: [item('ev', 9)],
  operations: [{ ...item('op', 1), status: 'PENDING' }],
}

test('is content when every promise was kept', () => {
  assert.deepEqual(findViolations(history, stored), [])
})

const broken: readonly (readonly [string, Partial<Stored>])[] = [
  ['I1', both([item('b', 2)])],
  ['I2', both([...items, item('b', 3)])],
  ['R-17.1', both([...items, item('a', 3)])],
  ['I4', both([...items, item('x', 3)])],
  ['I5', both([item('a', 2), item('b', 1)])],
  ['R-3.2', { messageMeasurements: [item('a', 1), item('b', 2), item('c', 3)] }],
  ['I3', { writtenEvents: [] }],
  ['I3', { writtenEvents: [item('ev', 9), item('ev', 10)] }],
  ['I3', { operations: [] }],
  ['I4', { writtenEvents: [item('ev', 9), item('y', 10)] }],
  ['I7', { operations: [{ ...item('op', 1), status: 'EXECUTING' }] }],
]

for (const [invariant, change] of broken) {
  test(`sees that ${invariant} is broken: ${JSON.stringify(change)}`, () => {
    const violations = findViolations(history, { ...stored, ...change })
    assert.ok(
      violations.some((violation) => violation.startsWith(`${invariant}:`)),
      violations.join('\n') || 'no violation',
    )
  })
}

test('hands on what clients saw', () => {
  assert.deepEqual(findViolations({ ...history, surprises: ['odd'] }, stored), ['odd'])
})

function message(key: string, qos: 1 | 2): SentMessage {
  return { device: 'd', key, qos, isRetransmitted: false, isAcknowledged: true }
}

function item(key: string, id: number): StoredItem {
  return { device: 'd', key, id: String(id) }
}

function both(changed: readonly StoredItem[]): Partial<Stored> {
  return { messageEvents: changed, messageMeasurements: changed }
}
