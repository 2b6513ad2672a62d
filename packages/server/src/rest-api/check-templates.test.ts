import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject } from '@pileus/domain'
import {
  createTemplateCollection,
  templatesFragment as fragment,
  templateCollectionsMax,
} from '@pileus/domain'
import { openTestApi, tenantA } from './rest-api.fixture.ts'

const inventory = '/inventory/managedObjects'
const type = 'c8y_SmartRest2Template'
const event = { msgId: '810', method: 'POST', api: 'EVENT', mandatoryValues: [], customValues: [] }
const templates = { requestTemplates: [event], responseTemplates: [] }
const faulty = {
  requestTemplates: [event, { ...event, msgId: '811', api: 'AUDIT' }],
  responseTemplates: [],
}
const place = `Member '${fragment}': requestTemplates[1].api: `

interface Case {
  readonly title: string
  readonly stored?: JsonObject
  readonly body: JsonObject
  /** Absent where it is accepted. */
  readonly reason?: string
}

const cases: readonly Case[] = [
  { title: 'a whole collection', body: { type, [fragment]: templates, __externalId: 'x' } },
  { title: 'of another type', body: { type: 'acme_Own', [fragment]: templates } },
  { title: 'a fault', body: { type, [fragment]: faulty }, reason: place },
  { title: 'a fault, of another type', body: { [fragment]: faulty }, reason: place },
  { title: 'the type alone', body: { type }, reason: `Member '${fragment}': ` },
  { title: 'a list', body: { type, [fragment]: [] }, reason: `Member '${fragment}': ` },
  { title: 'the name alone', stored: { type, [fragment]: templates }, body: { name: 'x' } },
  { title: 'others', stored: { type, [fragment]: templates }, body: { [fragment]: templates } },
  { title: 'the same type', stored: { type, [fragment]: templates }, body: { type } },
  {
    title: 'a fault',
    stored: { type, [fragment]: templates },
    body: { name: 'x', [fragment]: faulty },
    reason: place,
  },
  {
    title: 'nothing instead',
    stored: { type, [fragment]: templates },
    body: { [fragment]: null },
    reason: `Member '${fragment}': `,
  },
  { title: 'nothing any more', stored: { [fragment]: templates }, body: { [fragment]: null } },
  { title: 'the type', stored: { acme: {} }, body: { type }, reason: `Member '${fragment}': ` },
]

for (const { title, stored, body, reason } of cases) {
  const verb = stored === undefined ? 'POST' : 'PUT'
  test(`${verb} with ${title} is ${reason === undefined ? 'accepted' : 'refused'}`, async (t) => {
    const api = await openTestApi()
    t.after(() => api[Symbol.asyncDispose]())
    const created = stored && (await api.call(`POST ${inventory}`, { body: stored }))
    const path = created === undefined ? inventory : `${inventory}/${created.id}`
    const answer = await api.call(`${verb} ${path}`, { body })
    if (reason === undefined) {
      assert.ok(answer.status < 300, JSON.stringify(answer.body))
      return
    }
    assert.equal(answer.status, 422)
    assert.ok(String(answer.body.message).startsWith(reason), String(answer.body.message))
    const page = await api.call(`GET ${inventory}?fragmentType=${fragment}`, {})
    const { managedObjects } = page.body
    assert.ok(Array.isArray(managedObjects))
    assert.ok(managedObjects.every((each) => !JSON.stringify(each).includes('AUDIT')))
  })
}

test('below another object the same holds, and both are refused', async (t) => {
  const api = await openTestApi()
  t.after(() => api[Symbol.asyncDispose]())
  const parent = await api.call(`POST ${inventory}`, { body: { name: 'group' } })
  const path = `POST ${inventory}/${parent.id}/childAdditions`
  const headers = {
    'content-type': 'application/vnd.com.nsn.cumulocity.managedobject+json',
  }
  const refused = await api.call(path, { body: { type, [fragment]: faulty }, headers })
  assert.equal(refused.status, 422)
  assert.ok((await api.call(path, { body: { type, [fragment]: templates }, headers })).status < 300)
})

test('a tenant has a thousand collections', async (t) => {
  const api = await openTestApi()
  t.after(() => api[Symbol.asyncDispose]())
  await api.store.run(tenantA, api.clock.now(), async (unit) => {
    for (let index = 0; index < templateCollectionsMax; index++) {
      await createTemplateCollection(unit, 'admin', `x${index}`, templates)
    }
  })
  const answer = await api.call(`POST ${inventory}`, { body: { [fragment]: templates } })
  assert.deepEqual(
    [answer.status, answer.body.message],
    [422, 'A tenant can have 1000 template collections.'],
  )
})
