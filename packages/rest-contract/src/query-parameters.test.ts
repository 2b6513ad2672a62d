import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { QueryParameter } from './query-parameters.ts'
import { formatQueryString, parseQuery, parseQueryString } from './query-parameters.ts'

const parameters = [
  { name: 'type', kind: 'text', summary: '' },
  { name: 'revert', kind: 'boolean', summary: '' },
  { name: 'pageSize', kind: 'integer', summary: '' },
  { name: 'ids', kind: 'list', summary: '' },
  { name: 'dateFrom', kind: 'date', summary: '' },
  { name: 'severity', kind: 'list', summary: '', oneOf: ['MAJOR', 'MINOR'] },
] as const satisfies readonly QueryParameter[]

const readable = [
  ['', {}],
  ['unknown=1&Type=x', {}],
  ['type=a+b', { type: 'a b' }],
  ['type=a%20b%2Bc', { type: 'a b+c' }],
  ['type=a,b', { type: 'a,b' }],
  ['type=first&type=second', { type: 'first' }],
  ['type=&type=second', { type: 'second' }],
  ['type', {}],
  ['type=', {}],
  ['type=a=b', { type: 'a=b' }],
  ['type=50%', { type: '50%' }],
  ['&&type=x&', { type: 'x' }],
  ['revert=True', { revert: true }],
  ['revert=FALSE', { revert: false }],
  ['revert=', {}],
  ['pageSize=10', { pageSize: 10 }],
  ['pageSize=-1', { pageSize: -1 }],
  ['pageSize=99999999999999999999', { pageSize: 2 ** 31 }],
  ['ids=3,1', { ids: ['3', '1'] }],
  ['ids=3&ids=1,2', { ids: ['3', '1', '2'] }],
  ['ids=3,,%201%20', { ids: ['3', '1'] }],
  ['ids=,', { ids: [] }],
  ['severity=major%2CMINOR', { severity: ['MAJOR', 'MINOR'] }],
  ['dateFrom=1970-01-01', { dateFrom: 0 }],
  ['dateFrom=1970-01-01T02:00:00+02:00', { dateFrom: 0 }],
  ['dateFrom=1970-01-01T02:00:00%2B02:00', { dateFrom: 0 }],
] as const

for (const [text, values] of readable) {
  test(`reads ?${text}`, () => {
    assert.deepEqual(parseQuery(parameters, parseQueryString(text)), { ok: true, value: values })
  })
}

const refused = [
  ['revert=yes', 'revert'],
  ['pageSize=many', 'pageSize'],
  ['pageSize=1.5', 'pageSize'],
  ['pageSize=0x10', 'pageSize'],
  ['dateFrom=tomorrow', 'dateFrom'],
  ['severity=MAJOR,FATAL', 'severity'],
] as const

for (const [text, name] of refused) {
  test(`refuses ?${text}`, () => {
    const parsed = parseQuery(parameters, parseQueryString(text))
    assert.ok(!parsed.ok)
    assert.equal(parsed.problem.name, name)
    assert.match(parsed.problem.reason, new RegExp(`'${name}' must be`))
  })
}

test('formatted pairs read back', () => {
  const texts = fc.string({ unit: 'grapheme' })
  const names = texts.filter((name) => name !== '')
  fc.assert(
    fc.property(fc.array(fc.tuple(names, texts)), (pairs) => {
      assert.deepEqual(parseQueryString(formatQueryString(pairs)), pairs)
    }),
  )
})

test('no query string makes it throw', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const pairs = parseQueryString(text)
      parseQuery(parameters, pairs)
      formatQueryString(pairs)
    }),
  )
})
