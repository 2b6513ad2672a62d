import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import fc from 'fast-check'
import { type CsvValue, formatRow, formatRows, formatValue } from './format-row.ts'

interface FormatCase {
  readonly id: string
  readonly title: string
  readonly input: { readonly rows: readonly (readonly CsvValue[])[] }
  readonly expect: { readonly payload: string }
}

const golden = new URL('../../testing/golden/csv-format.json', import.meta.url)
const { cases } = JSON.parse(readFileSync(golden, 'utf8')) as { cases: readonly FormatCase[] }

for (const { id, title, input, expect } of cases) {
  test(`${id} ${title}`, () => {
    assert.equal(formatRows(input.rows), expect.payload)
  })
}

test('a missing value is written as nothing, wherever it stands', () => {
  assert.equal(formatRow([undefined, 'a', undefined]), ',a,')
  assert.equal(formatRow([Number.NaN, Number.POSITIVE_INFINITY]), ',')
})

test('numbers are shortest decimals without exponent between 1e-6 and 1e21', () => {
  assert.equal(
    formatRow([1e-6, 123e18, 0.1, -0, 5e-7]),
    '0.000001,123000000000000000000,0.1,0,5e-7',
  )
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (number) => {
      assert.equal(Number(formatValue(number)) + 0, number + 0)
    }),
  )
})
