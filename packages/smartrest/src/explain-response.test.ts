import assert from 'node:assert/strict'
import { test } from 'node:test'
import { definitionIn } from './definition-in.ts'
import { explainResponses } from './explain-response.ts'
import type { JsonValue } from './json.ts'
import { collectionFragment, parseCollection } from './template-collection.ts'

const definition = {
  responseTemplates: [
    {
      msgId: '901',
      name: 'Tariff',
      base: '$.acme_Tariff',
      condition: '$.acme_Tariff',
      pattern: ['zone', 'price'],
    },
    { msgId: '902', condition: "$..['two words'][*]", pattern: ['id'] },
    { msgId: '903', pattern: ['id'] },
  ],
}

test('each response template says whether it takes a document, and why', () => {
  const document = { id: '7', acme_Tariff: { zone: 'night, off-peak', price: 0.5 } }
  assert.deepEqual(explainResponses(parsed(definition), document, 'meter-8'), [
    {
      msgId: '901',
      name: 'Tariff',
      matched: true,
      row: '901,meter-8,"night, off-peak",0.5',
      reason: 'The condition $.acme_Tariff finds a value.',
    },
    {
      msgId: '902',
      name: '902',
      matched: false,
      reason: 'The condition $..["two words"].* finds nothing but null.',
    },
    {
      msgId: '903',
      name: '903',
      matched: true,
      row: '903,meter-8,7',
      reason: 'It has no condition.',
    },
  ])
})

test('what is too large for a template is said as such', () => {
  const many = Object.fromEntries(Array.from({ length: 20_000 }, (_, index) => [`m${index}`, 1]))
  const collection = parsed({
    responseTemplates: [{ msgId: '1', condition: '$..x', pattern: ['x'] }],
  })
  const [explained] = explainResponses(collection, many)
  assert.equal(explained?.matched, false)
  assert.equal(explained?.reason, 'The document is too large for it.')
})

test('a definition is found in the object that holds it, and is else taken as it is', () => {
  assert.equal(definitionIn({ id: '1', [collectionFragment]: definition }), definition)
  assert.equal(definitionIn(definition), definition)
  assert.equal(definitionIn(null), null)
})

function parsed(fragment: JsonValue) {
  const result = parseCollection(fragment)
  assert.ok(result.ok)
  return result.value
}
