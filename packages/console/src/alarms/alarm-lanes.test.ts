import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Alarm } from './alarm.ts'
import { buildAlarmLanes } from './alarm-lanes.ts'

/** An alarm from one minute to another; without an end it is active. */
function alarm(severity: Alarm['severity'], from: number, to?: number): Alarm {
  const iso = (minute: number): string => new Date(minute * 60_000).toISOString()
  return {
    id: `${severity} ${from}`,
    self: '',
    type: 'acme_Door',
    text: '',
    severity,
    status: to === undefined ? 'ACTIVE' : 'CLEARED',
    time: iso(from),
    firstOccurrenceTime: iso(from),
    creationTime: iso(from),
    lastUpdated: iso(to ?? from),
    count: 1,
    source: { id: '1', self: '' },
  }
}

const range = { from: 100 * 60_000, to: 200 * 60_000 }

function lanes(...alarms: readonly Alarm[]): readonly string[] {
  return buildAlarmLanes(alarms, range).map(({ severity, periods }) => {
    const spans = periods.map(({ from, to }) => `${from / 60_000}-${to / 60_000}`)
    return `${severity} ${spans.join(' ')}`
  })
}

test('lanes are in order of urgency, periods in order of time', () => {
  assert.deepEqual(lanes(alarm('MINOR', 150, 160), alarm('MINOR', 110, 120), alarm('MAJOR', 130)), [
    'MAJOR 130-200',
    'MINOR 110-120 150-160',
  ])
})

test('overlapping alarms are one period', () => {
  assert.deepEqual(
    lanes(alarm('MAJOR', 110, 130), alarm('MAJOR', 120, 125), alarm('MAJOR', 130, 140)),
    ['MAJOR 110-140'],
  )
})

test('only what is in the range counts', () => {
  assert.deepEqual(
    lanes(alarm('MAJOR', 50, 90), alarm('CRITICAL', 50, 110), alarm('WARNING', 300)),
    ['CRITICAL 100-110'],
  )
})

test('periods never overlap, and are no longer than the range', () => {
  const any = fc
    .tuple(
      fc.constantFrom<Alarm['severity']>('CRITICAL', 'MINOR'),
      fc.nat({ max: 300 }),
      fc.option(fc.nat({ max: 300 }), { nil: undefined }),
    )
    .map(([severity, from, to]) => alarm(severity, from, to))
  fc.assert(
    fc.property(fc.array(any), (alarms) => {
      for (const { periods, totalMs } of buildAlarmLanes(alarms, range)) {
        assert.ok(totalMs <= range.to - range.from)
        for (const [index, { from, to }] of periods.entries()) {
          assert.ok(from <= to && from >= range.from && to <= range.to)
          assert.ok(from > (periods[index - 1]?.to ?? 0))
        }
      }
    }),
  )
})
