import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Hop } from './trace-words.ts'
import { describeAwaited, describeHop, formatSpan, isSettled, measureTrace } from './trace-words.ts'

const start = Date.parse('2031-02-11T07:00:00.000Z')

/** Steps with their seconds after the request. */
function hops(steps: Partial<Record<Hop['name'], number>>): Hop[] {
  return Object.entries(steps).map(([name, seconds]) => ({
    name: name as Hop['name'],
    time: new Date(start + seconds * 1000).toISOString(),
  }))
}

const cases = [
  { name: 'one that waits', steps: { requested: 0, sent: 1 }, durations: { since: start } },
  {
    name: 'one that is executed',
    steps: { requested: 0, sent: 1, acknowledged: 2, executing: 3 },
    durations: { waitedMs: 3000, since: start + 3000 },
  },
  {
    name: 'one that has ended',
    steps: { requested: 0, executing: 3, successful: 10 },
    durations: { waitedMs: 3000, executedMs: 7000 },
  },
  {
    name: 'one that was cancelled before it began',
    steps: { requested: 0, failed: 5 },
    durations: { waitedMs: 5000 },
  },
  { name: 'an empty trace', steps: {}, durations: {} },
] as const

for (const { name, steps, durations } of cases) {
  test(`measures ${name}`, () => {
    assert.deepEqual(measureTrace(hops(steps)), durations)
  })
}

test('a trace is settled some seconds after the end', () => {
  const trace = { id: '1', self: '', hops: hops({ requested: 0, successful: 5 }) }
  assert.equal(isSettled(trace, start + 6_000), false)
  assert.equal(isSettled(trace, start + 16_000), true)
  assert.equal(isSettled({ ...trace, awaits: 'result' }, start + 60_000), false)
})

test('a failure has its reason, and a cancellation is none', () => {
  const time = new Date(start).toISOString()
  const failed = describeHop({ name: 'failed', time, detail: 'no space' })
  assert.deepEqual(failed, { words: 'Failed', meaning: 'no space', isCancelled: false })
  const cancelled = describeHop({ name: 'failed', time, detail: 'Operation cancelled by user.' })
  assert.equal(cancelled.words, 'Cancelled')
  assert.equal(cancelled.isCancelled, true)
})

test('being connected is not enough where no row says it', () => {
  assert.match(describeAwaited('session', '510,SN').title, /connect/)
  assert.match(describeAwaited('session', undefined).title, /no built-in row/)
  assert.match(describeAwaited('result', undefined).title, /result/)
})

const spans = [
  [-3, '0 ms'],
  [240, '240 ms'],
  [999.7, '1 s'],
  [1_250, '1.2 s'],
  [9_999, '9.9 s'],
  [59_999, '59 s'],
  [185_000, '3 min 5 s'],
  [180_000, '3 min'],
  [7_440_000, '2 h 4 min'],
  [90_000_000, '1 d 1 h'],
] as const

for (const [ms, words] of spans) {
  test(`${ms} ms are ${words}`, () => {
    assert.equal(formatSpan(ms), words)
  })
}

test('every span has at most two units', () => {
  fc.assert(
    fc.property(fc.nat({ max: 1e12 }), (ms) => {
      assert.match(formatSpan(ms), /^\d+(\.\d)? (ms|s|min|h|d)( \d+ (s|min|h))?$/)
    }),
  )
})
