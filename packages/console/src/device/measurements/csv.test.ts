import assert from 'node:assert/strict'
import { test } from 'node:test'
import { csvFileName, formatCell, formatCsv, listMoments } from './csv.ts'

const cells = [
  { text: 'T', cell: 'T' },
  { text: 'a,b', cell: '"a,b"' },
  { text: 'say "hi"', cell: '"say ""hi"""' },
  { text: 'two\nlines', cell: '"two\nlines"' },
  { text: '=1+1', cell: "'=1+1" },
  { text: '+49', cell: "'+49" },
  { text: '-x', cell: "'-x" },
  { text: '@SUM(A1)', cell: "'@SUM(A1)" },
  { text: '\t=1', cell: "'\t=1" },
  { text: '=HYPERLINK("x")', cell: '"\'=HYPERLINK(""x"")"' },
]

for (const { text, cell } of cells) {
  test(`the cell of ${JSON.stringify(text)}`, () => {
    assert.equal(formatCell(text), cell)
  })
}

const series = [
  {
    name: '=T',
    unit: '°C',
    points: [
      { at: 0, value: -1.5 },
      { at: 2_000, value: 3 },
    ],
  },
  { name: 'n', unit: undefined, points: [{ at: 1_000, value: 7 }] },
]

test('a line for each instant, a column for each series', () => {
  assert.equal(
    formatCsv(series),
    "time,'=T (°C),n\r\n" +
      '1970-01-01T00:00:00.000Z,-1.5,\r\n' +
      '1970-01-01T00:00:01.000Z,,7\r\n' +
      '1970-01-01T00:00:02.000Z,3,\r\n',
  )
})

test('moments of all series in order', () => {
  assert.deepEqual(listMoments(series), [
    { at: 0, values: [-1.5, undefined] },
    { at: 1_000, values: [undefined, 7] },
    { at: 2_000, values: [3, undefined] },
  ])
})

test('the name of a file has no path in it', () => {
  assert.equal(csvFileName('../../Pump 7', 'c8y_Temp'), '-Pump-7-c8y_Temp.csv')
})
