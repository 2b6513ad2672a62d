import assert from 'node:assert/strict'
import { test } from 'node:test'
import { explainPayload } from '@pileus/smartrest'
import { findRefusedRows } from './refused-rows.ts'

const explain = (payload: string) => explainPayload(payload, { receivedAt: 0, isDownlink: false })

const notANumber = 'Column 1 (temperature) must be a number, not "x"'
const cases = [
  { rows: '211,1\n211,x', refusals: [[45, '211', notANumber]], found: ['211,x'] },
  {
    rows: '211,x\n211,x',
    refusals: [
      [45, '211', notANumber],
      [45, '211', notANumber],
    ],
    found: ['211,x', '211,x'],
  },
  { rows: '100\n211,1', refusals: [[41, '100', 'Device already existing']], found: ['100'] },
  {
    rows: '504,1\n504,2',
    refusals: [[41, '504', 'Operation with id 2 not found']],
    found: [undefined],
  },
  { rows: '211,1\n211,x', refusals: [[41, '211', 'Not yours']], found: ['211,1'] },
  { rows: '500', refusals: [[0, '', '{"error":"x"}']], found: [undefined] },
] as const
for (const { rows, refusals, found } of cases) {
  test(`${JSON.stringify(rows)}: ${refusals.map(([, , text]) => text).join('; ')}`, () => {
    const given = refusals.map(([code, messageId, text]) => ({ code, messageId, text }))
    const refused = findRefusedRows(explain(rows), given)
    assert.deepEqual(
      refused.map(({ row }) => row?.raw),
      found,
    )
    assert.deepEqual(
      refused.map(({ refusal }) => refusal),
      given,
    )
  })
}
