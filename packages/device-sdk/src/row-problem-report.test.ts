import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseRowProblems } from './row-problem-report.ts'

const cases = [
  {
    payload: '41,100,Device already existing',
    reports: [{ code: 41, messageId: '100', text: 'Device already existing' }],
  },
  {
    payload: '45,200,"Column 3 (value) must be a number, not \\"x\\""',
    reports: [{ code: 45, messageId: '200', text: 'Column 3 (value) must be a number, not "x"' }],
  },
  {
    payload: '42,,Not quoted, by some',
    reports: [{ code: 42, messageId: '', text: 'Not quoted,by some' }],
  },
  {
    payload: '40,1,a\n40,2,b',
    reports: [
      { code: 40, messageId: '1', text: 'a' },
      { code: 40, messageId: '2', text: 'b' },
    ],
  },
  { payload: 'go away', reports: [{ code: 0, messageId: '', text: 'go away' }] },
]

for (const { payload, reports } of cases) {
  test(payload.replaceAll('\n', '⏎'), () => {
    assert.deepEqual(parseRowProblems(payload), reports)
  })
}
