import assert from 'node:assert/strict'
import { test } from 'node:test'
import { collectCharts } from './fragment-charts.ts'
import type { Reading, SeriesValue } from './reading.ts'

const reading = (at: number, ...values: readonly SeriesValue[]): Reading => ({
  id: String(at),
  at,
  values,
})
const value = (path: string, number: number, unit?: string): SeriesValue => {
  const [fragment = '', series = ''] = path.split('.')
  return { fragment, series, value: number, ...(unit === undefined ? {} : { unit }) }
}

test('a chart for each fragment, a series for each name', () => {
  const charts = collectCharts([
    reading(1, value('b.T', 20, 'C'), value('a.x10', 1), value('a.x9', 2)),
    reading(2, value('b.T', 21)),
  ])
  assert.deepEqual(charts, [
    {
      key: 'a',
      fragment: 'a',
      series: [
        { name: 'x9', unit: undefined, points: [{ at: 1, value: 2 }] },
        { name: 'x10', unit: undefined, points: [{ at: 1, value: 1 }] },
      ],
    },
    {
      key: 'b',
      fragment: 'b',
      series: [
        {
          name: 'T',
          unit: 'C',
          points: [
            { at: 1, value: 20 },
            { at: 2, value: 21 },
          ],
        },
      ],
    },
  ])
})

test('two units share a chart, a third one gets its own', () => {
  const charts = collectCharts([
    reading(1, value('w.a', 1, 'V'), value('w.b', 2, 'A'), value('w.c', 3, 'W')),
    reading(2, value('w.d', 1, 'V'), value('w.e', 3, 'W')),
  ])
  assert.deepEqual(
    charts.map(({ key, series }) => [key, series.map(({ name }) => name).join()]),
    [
      ['w', 'a,b,d'],
      ['w W', 'c,e'],
    ],
  )
})

test('the last unit counts', () => {
  const [chart] = collectCharts([
    reading(1, value('f.s', 1, 'C')),
    reading(2, value('f.s', 1, '°C')),
    reading(3, value('f.s', 1)),
  ])
  assert.equal(chart?.series[0]?.unit, '°C')
})
