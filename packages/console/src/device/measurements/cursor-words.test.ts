import assert from 'node:assert/strict'
import { test } from 'node:test'
import { listMoments } from './csv.ts'
import { describeCursor } from './cursor-words.ts'
import { formatInstant } from './instant-words.ts'

const series = [
  {
    name: 'T',
    unit: '°C',
    points: [
      { at: 0, value: 3 },
      { at: 1_000, value: 5 },
      { at: 2_000, value: 4 },
    ],
  },
  { name: 'n', unit: undefined, points: [{ at: 1_000, value: 7 }] },
]
const moments = listMoments(series)
const say = (place: number, anchor?: number) => describeCursor({ series, moments, place, anchor })

test('where it is not placed, it says how to place it', () => {
  assert.equal(say(-1), '3 points; arrow keys show their values')
})

test('at a point it says time and values, of the series that have one', () => {
  assert.equal(say(1), `${formatInstant(1_000)}: T 5 °C, n 7`)
  assert.equal(say(2), `${formatInstant(2_000)}: T 4 °C`)
  assert.equal(say(2, 2), `${formatInstant(2_000)}: T 4 °C`)
})

test('a selection is the same from both sides', () => {
  const words = `${formatInstant(0)} to ${formatInstant(2_000)} selected: T 3 to 5 °C, mean 4 °C; n 7 to 7, mean 7`
  assert.equal(say(0, 2), words)
  assert.equal(say(2, 0), words)
})
