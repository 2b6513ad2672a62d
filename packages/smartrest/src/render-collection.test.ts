import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { collectionLimits } from './collection-problems.ts'
import { formatRows } from './format-row.ts'
import type { JsonObject, JsonValue } from './json.ts'
import { parsePayload } from './parse-payload.ts'
import { renderCollection, renderCollectionRows } from './render-collection.ts'
import { parseCollection, type TemplateCollection } from './template-collection.ts'

const document = {
  id: '6601',
  zone: { max: 980, on: false, none: null, list: [3, null, { k: 1 }], 'a b': 'c, d' },
  items: [{ k: 'x', v: 1 }, { k: 'y' }, { k: 'z', v: null }],
}

// `base | condition | pattern, pattern …`, and the row that it makes.
const rows = [
  { template: '| | id, zone.max', row: '9,6601,980' },
  { template: '| zone.none | id', row: undefined },
  { template: '| zone.on | id', row: '9,6601' },
  { template: '| items[*].v | id', row: '9,6601' },
  { template: '| items[2].v | id', row: undefined },
  { template: '| ..nothing | id', row: undefined },
  { template: '| zone.list[*] | id', row: '9,6601' },
  { template: "zone | | max, ['a b'], nothing, on", row: '9,980,"c, d",,false' },
  { template: "zone['list'] | | [0], [1], [2].k", row: '9,3,,1' },
  { template: 'nothing | | a, b', row: '9,,' },
  { template: 'nothing | | *', row: '9,' },
  { template: 'items[*] | | k, v', row: '9,x,y,z,1,' },
  { template: '$ | $ | $.id', row: '9,6601' },
  { template: 'items | | [*].nothing, [0].k', row: '9,,x' },
  { template: '| | zone.list', row: '9,"[3,null,{\\"k\\":1}]"' },
  { template: '| | zone.list[*]', row: '9,3,,"{\\"k\\":1}"' },
  { template: 'items | | ..k', row: '9,x,y,z' },
] as const
for (const { template, row } of rows) {
  test(`${template} makes ${row ?? 'no row'}`, () => {
    const [base = '', condition = '', patterns = ''] = template
      .split('|')
      .map((part) => part.trim())
    const pattern = patterns.split(', ')
    const collection = responses({ base, condition, pattern })
    const rendered = renderCollectionRows(collection, document)
    assert.equal(formatRows(rendered), row ?? '')
    // The target stands behind the message id, whatever else.
    const operation = renderCollectionRows(collection, document, 'kiln, 1')
    assert.equal(formatRows(operation), row?.replace('9', '9,"kiln, 1"') ?? '')
  })
}

test('what takes too much work makes no row, and says so', () => {
  const wide = { list: Array.from({ length: 10_001 }, (_, index) => index) }
  const collection = responses({ pattern: ['list[*]'] }, { pattern: ['list[0]', 'list[10000]'] })
  const rendered = renderCollection(collection, wide)
  assert.deepEqual(
    rendered.map(({ row }) => row),
    ['tooLarge', ['10', '0', '10000']],
  )
})

test('all templates together look at and write no more than the limits', () => {
  const wide = { list: Array.from({ length: 9000 }, () => 0), text: 'x'.repeat(300_000) }
  const looking = responses(...Array.from({ length: 1000 }, () => ({ pattern: ['list[*]'] })))
  const looked = renderCollection(looking, wide).filter(({ row }) => typeof row !== 'string')
  assert.equal(looked.length, 11)
  const writing = responses(...Array.from({ length: 1000 }, () => ({ pattern: ['text'] })))
  const written = renderCollection(writing, wide).filter(({ row }) => typeof row !== 'string')
  assert.equal(written.length, 3)
  const patterns = Array.from({ length: 1000 }, () => 'text')
  assert.deepEqual(renderCollectionRows(responses({ pattern: patterns }), wide), [])
  assert.ok(
    formatRows(renderCollectionRows(writing, wide)).length <= collectionLimits.charactersMax,
  )
})

test('every row can be read again, and has a column for each path with one value at most', () => {
  const value = fc.oneof(fc.string(), fc.double({ noNaN: true }), fc.boolean(), fc.constant(null))
  const member = fc.oneof(value, fc.array(value), fc.dictionary(fc.string(), value))
  const any = fc.dictionary(fc.constantFrom('a', 'b', 'c'), member)
  const pattern = fc.array(fc.constantFrom('a', 'b.c', 'c[0]', "['a']"), { minLength: 1 })
  fc.assert(
    fc.property(any, pattern, (object, patterns) => {
      const rendered = renderCollectionRows(responses({ pattern: patterns }), object as JsonObject)
      const [row = []] = rendered
      assert.equal(row.length, patterns.length + 1)
      const hasEndingBackslash = row.some((text) => text.endsWith('\\'))
      if (!hasEndingBackslash && !row.some((text) => text.includes('\\"'))) {
        assert.equal(parsePayload(formatRows(rendered)).rows[0]?.length, row.length)
      }
    }),
  )
})

/** Templates 9, 10, … */
function responses(...templates: readonly JsonObject[]): TemplateCollection {
  const responseTemplates: JsonValue[] = templates.map((each, index) => ({
    msgId: 9 + index,
    ...each,
  }))
  const collection = parseCollection({ responseTemplates })
  assert.ok(collection.ok, JSON.stringify(collection))
  return collection.value
}
