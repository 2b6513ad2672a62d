import assert from 'node:assert/strict'
import { test } from 'node:test'
import { stripVTControlCharacters } from 'node:util'
import { explainPayload } from '@pileus/smartrest'
import { choosePaint, noPaint } from './paint.ts'
import { displayWidth } from './printable-text.ts'
import { markSpan, renderExplanation } from './render-explanation.ts'

const receivedAt = Date.UTC(2032, 1, 1, 8, 15, 30)

function shown(text: string, { columns = 80, isDownlink = false, paint = noPaint } = {}): string {
  return explainPayload(text, { receivedAt, isDownlink })
    .map((row) => renderExplanation(row, columns, paint).join('\n'))
    .join('\n\n')
}

test('a good row', () => {
  assert.equal(
    shown('302,acme_DryRun'),
    `302 createMajorAlarm  Raise an alarm of severity MAJOR, or raise the count of the present one.
  302,acme_DryRun

  1  type  string  acme_DryRun
  2  text  string  Alarm of type acme_DryRun raised  (default)
  3  time  date    2032-02-01T08:15:30.000Z  (time of receipt)

  POST /alarm/alarms
  {
    "severity": "MAJOR",
    "status": "ACTIVE",
    "type": "acme_DryRun",
    "text": "Alarm of type acme_DryRun raised",
    "time": "2032-02-01T08:15:30.000Z"
  }`,
  )
})

test('a wrong row, with the column marked', () => {
  assert.equal(
    shown('200,acme_Flow,"rate, raw",4,2,l/min'),
    `200 createMeasurement  Report one value; the type of the measurement is the fragment.
  200,acme_Flow,"rate, raw",4,2,l/min
                                ^^^^^
  45  Column 5 (time) must be a time like 2032-02-01T08:15:30Z, not "l/min"
  Hint: Decimal comma? Numbers have a point: 4.2.

  1  fragment  name    acme_Flow
  2  series    name    rate, raw
  3  value     number  4
  4  unit      string  2
  5  time      date    l/min`,
  )
})

test('a row to the device', () => {
  assert.equal(
    shown('511,pump-1,uptime', { isDownlink: true }),
    `511 runCommand  Run a command; its output is the result.
  511,pump-1,uptime

  1  target  string  pump-1
  2  text    string  uptime

  {
    "c8y_Command": {
      "text": "uptime"
    }
  }`,
  )
})

test('colours change nothing but the colour', () => {
  const paint = choosePaint({ isTTY: true }, {})
  for (const row of ['211,25', '211,x']) {
    assert.notEqual(shown(row, { paint }), shown(row))
    assert.equal(stripVTControlCharacters(shown(row, { paint })), shown(row))
  }
})

test('nothing of a row moves the cursor', () => {
  const hostile = shown('400,\u001b[2Jx,"a\nb\u202e\u0007"')
  assert.doesNotMatch(hostile.replaceAll('\n', ''), /[\p{Cc}\u202e]/u)
  assert.match(hostile, /␛\[2Jx/)
})

const marks = [
  { text: 'abcdef', span: [2, 4], columns: 20, is: ['abcdef', '  ^^'] },
  { text: 'abc', span: [3, 3], columns: 20, is: ['abc', '   ^'] },
  { text: '日本,x', span: [3, 4], columns: 20, is: ['日本,x', '     ^'] },
  { text: 'a\nb,x', span: [4, 5], columns: 20, is: ['a␊b,x', '    ^'] },
  { text: 'abcdefghijklmnop', span: [7, 9], columns: 8, is: ['…fghijk…', '   ^^'] },
  { text: 'abcdefghijklmnop', span: [0, 16], columns: 8, is: ['abcde…', '^^^^^^'] },
] as const
for (const { text, span, columns, is } of marks) {
  test(`marks ${JSON.stringify(text)} from ${span[0]} in ${columns} columns`, () => {
    assert.deepEqual(markSpan(text, span, columns), is)
  })
}

test('what is marked fits a narrow terminal', () => {
  const row = `200,${'a'.repeat(50)},${'b'.repeat(50)},x,${'c'.repeat(50)}`
  const [, line = '', caret = ''] = shown(row, { columns: 40 }).split('\n')
  assert.ok(displayWidth(line) <= 40)
  assert.equal(line[caret.indexOf('^')], 'x')
})
