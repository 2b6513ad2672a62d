import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatDuration, parseDuration } from './duration.ts'

const read = [
  ['500ms', 500],
  ['5s', 5000],
  ['1.5s', 1500],
  ['2m', 120_000],
  ['2min', 120_000],
  [' 1h ', 3_600_000],
  ['1d', 86_400_000],
  // A timer that is to wait longer does not wait at all.
  ['24d', 2_073_600_000],
  ['25d', undefined],
  ['0s', undefined],
  ['5', undefined],
  ['-5s', undefined],
  ['5 s', undefined],
  ['1e3s', undefined],
  ['', undefined],
] as const
for (const [text, ms] of read) {
  test(`reads ${JSON.stringify(text)} as ${ms}`, () => assert.equal(parseDuration(text), ms))
}

const written = [
  [-5, '0 s'],
  [999, '0 s'],
  [59_999, '59 s'],
  [60_000, '1 min'],
  [185_000, '3 min 5 s'],
  [7_200_000, '2 h'],
  [90_000_000, '1 d 1 h'],
] as const
for (const [ms, text] of written) {
  test(`writes ${ms} as ${text}`, () => assert.equal(formatDuration(ms), text))
}
