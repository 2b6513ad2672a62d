import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Sequences, sequenceLimits } from './sequences.ts'

test('counts each kind for itself, from above 1000', () => {
  const sequences = new Sequences()
  assert.equal(sequences.next('event'), 1001)
  assert.equal(sequences.next('event'), 1002)
  assert.equal(sequences.next('alarm'), 1001)
})

test('tells which marks moved, and takes back what was not committed', () => {
  const sequences = new Sequences({ event: 5000 })
  const moved = () => {
    const marks: Record<string, number> = {}
    sequences.forEachMoved((kind, last) => {
      marks[kind] = last
    })
    return marks
  }
  assert.equal(sequences.next('event'), 5001)
  assert.deepEqual(moved(), { event: 5001 })
  sequences.commit()
  assert.deepEqual(moved(), {})
  sequences.next('event')
  sequences.rollback()
  assert.equal(sequences.next('event'), 5002)
})

test('ends at the greatest id that devices can read', () => {
  const sequences = new Sequences({ operation: sequenceLimits.operation - 1 })
  assert.equal(sequences.next('operation'), 4_294_967_295)
  assert.throws(() => sequences.next('operation'), { code: 'sequenceExhausted' })
})
