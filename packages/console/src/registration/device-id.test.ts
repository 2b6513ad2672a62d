import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { findDeviceIdProblem, findProblems, idsAtOnceMax, parsePastedIds } from './device-id.ts'

for (const id of ['SN-4471', 'x'.repeat(247), 'Zähler_7.b', '4711', 'a@b', '"', '<b>']) {
  test(`${id.slice(0, 20)} may be registered`, () => {
    assert.equal(findDeviceIdProblem(id), undefined)
  })
}

const reserved = ['/', '\\', '$', '+', '#', ':']
for (const id of ['', 'x'.repeat(248), 'a b', 'a\u00a0b', 'a\tb', 'a\u0000', ...reserved]) {
  test(`${JSON.stringify(id.slice(0, 20))} may not`, () => {
    assert.match(findDeviceIdProblem(id) ?? '', /\.$/)
  })
}

test('a pasted list may come from a file, a table or a message', () => {
  const expected = ['SN-1', 'SN-2', 'SN-3']
  for (const text of [
    'SN-1\nSN-2\nSN-3',
    'SN-1\r\n\r\n SN-2 \r\nSN-3\r\n',
    '"SN-1";"SN-2";"SN-3"',
    'SN-1, SN-2, SN-3',
    'SN-1\tSN-2\tSN-3',
  ]) {
    assert.deepEqual(parsePastedIds(text), { ids: expected, isCut: false })
  }
})

test('a pasted list is bounded', () => {
  const text = Array.from({ length: idsAtOnceMax + 1 }, (_, index) => `SN-${index}`).join('\n')
  const { ids, isCut } = parsePastedIds(text)
  assert.equal(ids.length, idsAtOnceMax)
  assert.ok(isCut)
})

test('ids that may be registered survive being pasted', () => {
  const anyId = fc
    .string({ minLength: 1, maxLength: 20 })
    .filter((id) => findDeviceIdProblem(id) === undefined && !/[,;"]/.test(id))
  fc.assert(
    fc.property(fc.array(anyId, { maxLength: 50 }), (ids) => {
      assert.deepEqual(parsePastedIds(ids.join('\n')).ids, ids)
    }),
  )
})

test('the second of two equal ids and an open one are told', () => {
  assert.deepEqual(findProblems(['A', 'B', 'A', 'C'], new Set(['C'])), [
    undefined,
    undefined,
    'The same id as in row 1.',
    'A request for this id is open already.',
  ])
})
