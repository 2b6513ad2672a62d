import assert from 'node:assert/strict'
import { test } from 'node:test'
import { operationTemplates, replyTemplates, staticTemplateIds } from './static-responses.ts'
import { staticRequest, staticTemplates } from './static-templates.ts'
import { parameterTypes } from './template.ts'

/** static-templates §9, row 603. */
const published =
  '100–102, 104–107, 110–125, 140–143, 150, 200, 201, 210–212, 301–307, 400–402, 407, 408, ' +
  '500–507, 510, 511, 513, 515–532, 600–603'

test('the ids of both directions are those that the specification lists', () => {
  const ids = published.split(', ').flatMap((range) => {
    const [first = '', last = first] = range.split('–')
    return Array.from({ length: Number(last) - Number(first) + 1 }, (_, index) =>
      String(Number(first) + index),
    )
  })
  assert.deepEqual(staticTemplateIds, ids)
})

const tables = { staticTemplates, operationTemplates, replyTemplates }
for (const [name, rows] of Object.entries(tables)) {
  test(`${name}: rows are plain data with distinct ids and names`, () => {
    assert.deepEqual(JSON.parse(JSON.stringify(rows)), rows)
    const places = rows.map((row) => ('topic' in row ? row.topic : 's/us') + row.messageId)
    assert.equal(new Set(places).size, rows.length)
    assert.equal(new Set(rows.map((row) => row.name)).size, rows.length)
  })

  test(`${name}: examples begin with the id of their row, sources name a section`, () => {
    for (const { messageId, example, source } of rows) {
      assert.ok(example.line.split('\n').some((line) => line.split(',')[0] === messageId))
      assert.match(source, /^static-templates §\d/)
    }
  })
}

test('every id is found by its text alone', () => {
  for (const template of staticTemplates) {
    assert.deepEqual(staticRequest(template.messageId), { ok: true, value: template })
  }
  for (const { messageId } of [...operationTemplates, ...replyTemplates]) {
    assert.equal(staticRequest(messageId).ok, false, messageId)
  }
})

test('every reply that a template asks for exists', () => {
  const replies = new Set<string>(replyTemplates.map(({ messageId }) => messageId))
  const wanted = staticTemplates.flatMap((template) =>
    'reply' in template ? [template.reply] : [],
  )
  assert.deepEqual(wanted, ['106', '124', '601', '603'])
  assert.ok(wanted.every((messageId) => replies.has(messageId)))
})

test('signs of life are the rows marked H, and only 100, 600 and 602 create no device', () => {
  const marked = (flag: string): string[] =>
    staticTemplates.filter((template) => flag in template).map(({ messageId }) => messageId)
  const alarms = ['301', '302', '303', '304']
  const measurements = ['200', '201', '210', '211', '212']
  const events = ['400', '401', '402', '408']
  assert.deepEqual(marked('isSignOfLife'), ['125', ...measurements, ...alarms, ...events])
  assert.deepEqual(marked('createsNoDevice'), ['100', '600', '602'])
})

test('408 offers every type that parameters can have', () => {
  const template = staticTemplates.find(({ messageId }) => messageId === '408')
  assert.ok(template && 'rest' in template && template.rest.kind === 'groups')
  const type = template.rest.columns.find(({ name }) => name === 'type')
  assert.deepEqual(type && 'choices' in type && type.choices, Object.keys(parameterTypes))
})
