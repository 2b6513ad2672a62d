import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parsePayload } from '@pileus/smartrest'
import fc from 'fast-check'
import { ColdRoom, coldRoomTypes } from './cold-room.ts'

const startsAt = Date.UTC(2032, 1, 1)
const minuteMs = 60_000
const weekMs = 7 * 24 * 60 * minuteMs
const seeds = fc.integer()

function roomOf(seed: number): ColdRoom {
  return new ColdRoom({ id: 'room', sensorIds: ['s1', 's2'], seed, startsAt })
}

/** Rows of one externalId, split, while the room is told about every `everyMs`. */
function rowsOf(seed: number, everyMs: number, externalId: string, lastsMs = weekMs): string[][] {
  const room = roomOf(seed)
  const rows: string[][] = []
  for (let now = startsAt + everyMs; now <= startsAt + lastsMs; now += everyMs) {
    for (const report of room.live(now, true)) {
      if (report.externalId !== externalId) continue
      rows.push(
        ...report.rows.flatMap((row) => parsePayload(row).rows.map((fields) => [...fields])),
      )
    }
  }
  return rows
}

test('the same seed lives the same life', () => {
  fc.assert(
    fc.property(seeds, (seed) => {
      const day = weekMs / 7
      assert.deepEqual(
        rowsOf(seed, 10 * minuteMs, 's1', day),
        rowsOf(seed, 10 * minuteMs, 's1', day),
      )
    }),
    { numRuns: 8 },
  )
})

test('a life that is rarely told about has the same events', () => {
  const events = (rows: string[][]): string[][] => rows.filter(([id]) => id !== '211')
  fc.assert(
    fc.property(seeds, (seed) => {
      assert.deepEqual(
        events(rowsOf(seed, 60 * minuteMs, 'room', weekMs / 7)),
        events(rowsOf(seed, 5 * minuteMs, 'room', weekMs / 7)),
      )
    }),
    { numRuns: 8 },
  )
})

test('it is cold, doors open and close in turn, and alarms are raised and cleared in turn', () => {
  fc.assert(
    fc.property(seeds, (seed) => {
      const rows = rowsOf(seed, 30 * minuteMs, 'room')
      for (const [, value] of rows.filter(([id]) => id === '211')) {
        assert.ok(Number(value) > -2 && Number(value) < 20, `${value} °C`)
      }
      const door = rows.filter(([, type]) => type === coldRoomTypes.door).map((row) => row[2])
      door.forEach((text, index) =>
        assert.equal(text, index % 2 === 0 ? 'Door opened' : 'Door closed'),
      )
      for (const type of [coldRoomTypes.doorOpen, coldRoomTypes.temperatureHigh]) {
        const alarms = rows.filter((row) => row[1] === type).map(([id]) => id === '306')
        alarms.forEach((isCleared, index) => assert.equal(isCleared, index % 2 === 1))
      }
    }),
    { numRuns: 8 },
  )
})

test('in a few weeks of a few rooms everything happens', () => {
  const rows = [1, 2, 3].flatMap((seed) => rowsOf(seed, 60 * minuteMs, 'room', 3 * weekMs))
  const sensors = [1, 2, 3].flatMap((seed) => rowsOf(seed, 12 * 60 * minuteMs, 's1', 30 * weekMs))
  const seen = new Set(
    [...rows, ...sensors].map(([id, type]) =>
      id === '211' || id === '212' ? id : `${id} ${type}`,
    ),
  )
  assert.deepEqual(
    seen,
    new Set([
      '211',
      '212',
      `400 ${coldRoomTypes.door}`,
      `304 ${coldRoomTypes.doorOpen}`,
      `306 ${coldRoomTypes.doorOpen}`,
      `302 ${coldRoomTypes.temperatureHigh}`,
      `306 ${coldRoomTypes.temperatureHigh}`,
      `400 ${coldRoomTypes.batteryReplaced}`,
    ]),
  )
})

test('afternoons are warmer than nights', () => {
  const rows = [1, 2, 3, 4].flatMap((seed) => rowsOf(seed, 30 * minuteMs, 'room'))
  const meanFrom = (hour: number): number => {
    const values = rows
      .filter(([id, , time = '']) => id === '211' && isWithin(hour, new Date(time).getUTCHours()))
      .map(([, value]) => Number(value))
    return values.reduce((sum, value) => sum + value, 0) / values.length
  }
  assert.ok(meanFrom(12) > meanFrom(0) + 0.5)
})

/** Of the six hours from `from` on. */
function isWithin(from: number, hour: number): boolean {
  return hour >= from && hour < from + 6
}

test('rows of the present carry no time, so that the server decides', () => {
  const [own] = roomOf(1).live(startsAt + minuteMs)
  assert.match(own?.rows.at(-1) ?? '', /^211,[\d.-]+$/)
})
