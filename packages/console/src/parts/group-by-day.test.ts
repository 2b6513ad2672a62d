import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatDay, groupByDay } from './group-by-day.ts'

/** A local moment: days are those of the reader. */
function at(year: number, month: number, day: number, hour = 0, minute = 0): string {
  return new Date(year, month - 1, day, hour, minute).toISOString()
}

test('days begin at the midnight of the reader', () => {
  const times = [at(2031, 2, 11, 0, 1), at(2031, 2, 10, 23, 59), at(2031, 2, 10, 0, 0)]
  const days = groupByDay(times, (time) => time)
  assert.deepEqual(
    days.map(({ items }) => items.length),
    [1, 2],
  )
  assert.equal(days[0]?.startsAt, Date.parse(at(2031, 2, 11)))
})

test('no items are no days', () => {
  assert.deepEqual(
    groupByDay([], (time: string) => time),
    [],
  )
})

test('the last two days have names, also across the end of summer time', () => {
  const now = Date.parse(at(2031, 10, 27, 0, 30))
  assert.equal(formatDay(Date.parse(at(2031, 10, 27)), now), 'Today')
  assert.equal(formatDay(Date.parse(at(2031, 10, 26)), now), 'Yesterday')
  assert.match(formatDay(Date.parse(at(2031, 10, 25)), now), /2031/)
})
