import assert from 'node:assert/strict'
import { test } from 'node:test'
import { spreadLabels } from './spread-labels.ts'

const cases = [
  { title: 'far apart stay', wanted: [50, 10], places: [50, 10] },
  { title: 'at the same place', wanted: [40, 40, 40], places: [40, 50, 60] },
  { title: 'at the lower end', wanted: [95, 99], places: [80, 90] },
  { title: 'above the upper end', wanted: [-5, 3], places: [0, 10] },
  { title: 'a push moves on', wanted: [20, 25, 31], places: [20, 30, 40] },
]

for (const { title, wanted, places } of cases) {
  test(`labels ${title}`, () => {
    assert.deepEqual(spreadLabels(wanted, { height: 10, max: 100 }), places)
  })
}
