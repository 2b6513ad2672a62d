import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { alignSeries, findGaps } from './plot-data.ts'

const at = (...times: readonly number[]) => times.map((time) => ({ at: time, value: time }))

const gaps = [
  { title: 'regular', times: [0, 10, 20, 30], found: [] },
  { title: 'a pause of three intervals is none', times: [0, 10, 20, 50, 60], found: [] },
  { title: 'a longer one is', times: [0, 10, 20, 51, 61], found: [2] },
  { title: 'two points alone', times: [0, 1000], found: [] },
  { title: 'one point', times: [5], found: [] },
  { title: 'nothing', times: [], found: [] },
  {
    title: 'a device that begins to send faster has none',
    times: [0, 300, 600, 900, 1_200, 1_205, 1_210, 1_215, 1_220, 1_225, 1_230],
    found: [],
  },
  {
    title: 'a pause in the fast part is one, however slow it was before',
    times: [0, 300, 600, 900, 1_200, 1_205, 1_210, 1_215, 1_220, 1_240, 1_245, 1_250, 1_255],
    found: [8],
  },
  { title: 'two gaps', times: [0, 1, 2, 3, 20, 21, 22, 60], found: [3, 6] },
]

for (const { title, times, found } of gaps) {
  test(`gaps: ${title}`, () => {
    assert.deepEqual([...findGaps(at(...times))], found)
  })
}

test('series of different times stand side by side', () => {
  const data = alignSeries([{ points: at(0, 10, 20) }, { points: at(5, 10) }])
  assert.deepEqual(data.times, [0, 5, 10, 20])
  assert.deepEqual(data.columns, [
    [0, undefined, 10, 20],
    [undefined, 5, 10, undefined],
  ])
})

test('a gap ends the line of its own series only, and leaves a lone point', () => {
  const data = alignSeries([{ points: at(0, 1, 2, 3, 20) }, { points: at(0, 10, 20) }])
  assert.deepEqual(data.times, [0, 1, 2, 3, 10, 11.5, 20])
  assert.deepEqual(data.columns[0], [0, 1, 2, 3, undefined, null, 20])
  assert.deepEqual(data.columns[1], [0, undefined, undefined, undefined, 10, undefined, 20])
  assert.deepEqual(data.isolated, [[6], []])
})

test('every point is there, at its time', () => {
  const points = fc
    .uniqueArray(fc.nat(10_000), { maxLength: 60 })
    .map((times) => at(...times.sort((a, b) => a - b)))
  fc.assert(
    fc.property(fc.array(points, { maxLength: 4 }), (series) => {
      const { times, columns } = alignSeries(series.map((each) => ({ points: each })))
      series.forEach((each, index) => {
        const kept = times.flatMap((time, place) => {
          const value = columns[index]?.[place]
          return value === null || value === undefined ? [] : [{ at: time, value }]
        })
        assert.deepEqual(kept, each)
      })
    }),
  )
})
