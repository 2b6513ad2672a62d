import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Reading } from './reading.ts'
import type { ReadingWindow } from './reading-window.ts'
import { readingsMax, updateWindow } from './reading-window.ts'

const reading = (id: number, at: number): Reading => ({ id: String(id), at, values: [] })
const empty: ReadingWindow = { readings: [], isTruncated: false }

test('new ones come in order of time, also those that come late', () => {
  const first = updateWindow(empty, [reading(1, 10), reading(3, 30)], 0)
  const { readings } = updateWindow(first, [reading(4, 40), reading(2, 20), reading(3, 30)], 0)
  assert.deepEqual(
    readings.map(({ id }) => id),
    ['1', '2', '3', '4'],
  )
})

test('nothing new and nothing gone: the same window', () => {
  const window = updateWindow(empty, [reading(1, 10)], 0)
  assert.equal(updateWindow(window, [reading(1, 10)], 5), window)
})

test('what leaves the range goes', () => {
  const window = updateWindow(empty, [reading(1, 10), reading(2, 20)], 0)
  assert.deepEqual(updateWindow(window, [], 20).readings, [reading(2, 20)])
  assert.deepEqual(updateWindow(window, [], 21).readings, [])
})

test('a truncated window says so until its oldest one has left', () => {
  const many = Array.from({ length: readingsMax + 1 }, (_, index) => reading(index, index))
  const full = updateWindow(empty, many, 0)
  assert.equal(full.readings.length, readingsMax)
  assert.equal(full.isTruncated, true)
  assert.equal(full.readings[0]?.at, 1)
  assert.equal(updateWindow(full, [], 1).isTruncated, true)
  assert.equal(updateWindow(full, [], 2).isTruncated, false)
})

test('in parts or at once: the same readings', () => {
  const batches = fc.array(fc.array(fc.nat(50)), { maxLength: 5 })
  fc.assert(
    fc.property(batches, fc.nat(40), (ids, from) => {
      const read = ids.map((batch) => batch.map((id) => reading(id, (id * 7) % 50)))
      const inParts = read.reduce((window, batch) => updateWindow(window, batch, from), empty)
      assert.deepEqual(inParts.readings, updateWindow(empty, read.flat(), from).readings)
      const times = inParts.readings.map(({ at }) => at)
      assert.deepEqual(
        times,
        times.toSorted((a, b) => a - b),
      )
    }),
  )
})
