import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { formatTicks, numberTicks, precisionOf, timeTicks } from './ticks.ts'

const numbers = [
  { min: 0, max: 10, count: 6, ticks: [0, 2, 4, 6, 8, 10] },
  { min: 3.1, max: 5.4, count: 6, ticks: [3.5, 4, 4.5, 5] },
  { min: -0.1, max: 0.3, count: 5, ticks: [-0.1, 0, 0.1, 0.2, 0.3] },
  { min: 5, max: 5, count: 5, ticks: [5] },
  { min: Number.NaN, max: 1, count: 5, ticks: [] },
]

for (const { min, max, count, ticks } of numbers) {
  test(`round values from ${min} to ${max}`, () => {
    assert.deepEqual(numberTicks(min, max, count), ticks)
  })
}

test('whatever the range: few ticks, inside of it, in order', () => {
  const anyNumber = fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e12, max: 1e12 })
  fc.assert(
    fc.property(anyNumber, anyNumber, fc.integer({ min: 2, max: 7 }), (a, b, count) => {
      const [min, max] = a < b ? [a, b] : [b, a]
      const ticks = numberTicks(min, max, count)
      assert.ok(ticks.length <= count + 1)
      const tolerance = (max - min) * 1e-6 + Math.abs(max) * 1e-10
      for (const tick of ticks) assert.ok(tick >= min - tolerance && tick <= max + tolerance)
      assert.deepEqual(
        ticks,
        ticks.toSorted((x, y) => x - y),
      )
    }),
  )
})

const hourMs = 3_600_000

test('an hour in steps of ten minutes, a week in days that begin at midnight', () => {
  const from = Date.UTC(2031, 1, 11, 7, 2)
  const hour = timeTicks({ from, to: from + hourMs, count: 7, offsetMs: hourMs })
  assert.deepEqual(
    hour.map((at) => new Date(at).getUTCMinutes()),
    [10, 20, 30, 40, 50, 0],
  )
  assert.equal(precisionOf(hour), 'minute')
  const week = timeTicks({ from, to: from + 7 * 24 * hourMs, count: 7, offsetMs: hourMs })
  assert.equal(week.length, 7)
  assert.ok(week.every((at) => new Date(at + hourMs).getUTCHours() === 0))
  assert.equal(precisionOf(week), 'day')
})

test('ten seconds in seconds, a century in few steps', () => {
  const seconds = timeTicks({ from: 0, to: 10_000, count: 7, offsetMs: 0 })
  assert.deepEqual(seconds, [0, 2_000, 4_000, 6_000, 8_000, 10_000])
  assert.equal(precisionOf(seconds), 'second')
  const century = timeTicks({ from: 0, to: 100 * 365 * 24 * hourMs, count: 7, offsetMs: 0 })
  assert.ok(century.length <= 11)
})

const labels = [
  { ticks: [0, 5, 10], texts: ['0', '5', '10'] },
  { ticks: [3.5, 4, 4.5], texts: ['3.5', '4.0', '4.5'] },
  { ticks: [0, 0.0025, 0.005], texts: ['0.0000', '0.0025', '0.0050'] },
  { ticks: [1e12, 2e12], texts: ['1E12', '2E12'] },
  { ticks: [], texts: [] },
]

for (const { ticks, texts } of labels) {
  test(`the labels of ${ticks.join(', ')}`, () => {
    assert.deepEqual(formatTicks(ticks), texts)
  })
}
