import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  formatAbsolute,
  formatClockTime,
  formatDuration,
  formatMoment,
  formatShortMoment,
} from './time-words.ts'

const now = Date.parse('2031-02-11T07:00:00Z')
const ago = (ms: number) => formatMoment(now - ms, now)

const cases = [
  { ms: 0, words: 'just now' },
  { ms: -3_000, words: 'just now' },
  { ms: 12_000, words: '12 s ago' },
  { ms: 59_999, words: '59 s ago' },
  { ms: 60_000, words: '1 min ago' },
  { ms: 3 * 3_600_000, words: '3 h ago' },
  { ms: -90_000, words: 'in 1 min' },
] as const

for (const { ms, words } of cases) {
  test(`${ms} ms before now is ${words}`, () => assert.equal(ago(ms), words))
}

test('from a day on it is date and time', () => {
  assert.equal(ago(86_400_000), formatAbsolute(now - 86_400_000))
  assert.match(ago(86_400_000), /2031/)
})

test('a short moment leaves out what the reader knows or need not know', () => {
  const before = (ms: number) => formatShortMoment(now - ms, now)
  assert.equal(before(3 * 3_600_000), '3 h ago')
  assert.match(before(3 * 86_400_000), /:/)
  assert.doesNotMatch(before(3 * 86_400_000), /2031/)
  assert.match(before(90 * 86_400_000), /2030/)
  assert.doesNotMatch(before(90 * 86_400_000), /:/)
})

test('a duration is never negative', () => {
  assert.equal(formatDuration(-5), '0 s')
  assert.equal(formatDuration(9 * 86_400_000), '9 d')
})

test('a time of the clock has seconds and 24 hours', () => {
  assert.match(formatClockTime(now), /^\d\d:\d\d:\d\d$/)
})
