import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { JsonObject, JsonValue } from '@pileus/domain'
import type { TestApi } from './rest-api.fixture.ts'
import { openTestApi } from './rest-api.fixture.ts'

const inventory = '/inventory/managedObjects'
const base = 'http://iot.example/inventory/managedObjects'
const vendor = (name: string) => `application/vnd.com.nsn.cumulocity.${name}+json`

let api: TestApi
before(async () => {
  api = await openTestApi()
})
after(() => api[Symbol.asyncDispose]())

async function childrenOf(id: string, kind = 'childDevices'): Promise<readonly string[]> {
  const { body } = await api.call(`GET ${inventory}/${id}/${kind}?pageSize=2000`)
  assert.ok(Array.isArray(body.references))
  return body.references.map((reference) => reference.managedObject.id)
}

describe('what a POST means', () => {
  // Content type, body with {a} and {b} for two objects, and what happened.
  const meanings = [
    [vendor('managedObjectReference'), { managedObject: { id: '{a}' } }, 'one'],
    [vendor('managedobjectreference'), { managedObject: { self: `${base}/{a}` } }, 'one'],
    ['application/json', { managedObject: { id: '{a}' } }, 'one'],
    ['application/json', { managedObject: { self: '/x/{a}/' } }, 'one'],
    [vendor('inventory'), { managedObject: { id: '{a}', name: 'x' } }, 'one'],
    [
      vendor('managedObjectReferenceCollection'),
      { references: [{ managedObject: { id: '{a}' } }, { managedObject: { id: '{b}' } }] },
      'many',
    ],
    ['application/json', { references: [{ managedObject: { id: '{a}' } }] }, 'many'],
    [vendor('managedObject'), { managedObject: { id: '{a}' } }, 'new'],
    ['application/json', { name: 'x' }, 'new'],
    ['application/json', {}, 'new'],
    ['application/json', { managedObject: 'x' }, 'new'],
    ['application/json', { references: [] }, 'new'],
  ] as const
  for (const kind of ['childDevices', 'childAssets', 'childAdditions']) {
    for (const [type, body, meaning] of meanings) {
      test(`${kind}: ${JSON.stringify(body)} as ${type} is ${meaning}`, async () => {
        const parent = await api.create(inventory, {})
        const a = await api.create(inventory, { name: 'A' })
        const b = await api.create(inventory, { name: 'B' })
        const payload = JSON.stringify(body).replaceAll('{a}', a).replaceAll('{b}', b)
        const url = `${inventory}/${parent}/${kind}`
        const headers = { 'content-type': type }
        const answer = await api.call(`POST ${url}`, { payload, headers })
        assert.equal(answer.status, 201, answer.text)
        const children = await childrenOf(parent, kind)
        if (meaning === 'one') {
          assert.deepEqual(children, [a])
          assert.equal(answer.body.self, `${base}/${parent}/${kind}/${a}`)
          assert.equal((answer.body.managedObject as JsonObject).name, 'A')
          assert.equal(answer.headers.location, answer.body.self)
        } else if (meaning === 'many') {
          assert.equal(answer.body.self, `${base}/${parent}/${kind}`)
          assert.deepEqual(
            (answer.body.references as JsonObject[]).map((each) => each.self),
            children.map((id) => `${base}/${parent}/${kind}/${id}`),
          )
        } else {
          assert.deepEqual(children, [answer.id])
          assert.equal(answer.headers.location, `${base}/${answer.id}`)
          assert.equal(answer.headers.location, answer.body.self)
        }
      })
    }
  }
})

describe('references', () => {
  const refer = (id: string): JsonValue => ({ managedObject: { id } })

  test('assigning again changes nothing, and several parents are fine', async () => {
    const [one, other, first, second] = [
      await api.create(inventory, {}),
      await api.create(inventory, {}),
      await api.create(inventory, {}),
      await api.create(inventory, {}),
    ]
    for (const child of [first, second, first]) {
      const answer = await api.call(`POST ${inventory}/${one}/childDevices`, { body: refer(child) })
      assert.equal(answer.status, 201)
    }
    assert.deepEqual(await childrenOf(one), [first, second])
    await api.call(`POST ${inventory}/${other}/childDevices`, { body: refer(first) })
    assert.deepEqual(await childrenOf(other), [first])
    assert.deepEqual(await childrenOf(one), [first, second])
  })

  test('many are assigned all or none', async () => {
    const parent = await api.create(inventory, {})
    const child = await api.create(inventory, {})
    const body = { references: [refer(child), refer('1234567')] }
    const answer = await api.call(`POST ${inventory}/${parent}/childDevices`, { body })
    assert.equal(answer.status, 404)
    assert.deepEqual(await childrenOf(parent), [])
  })

  test('a new child below an unknown parent is not created', async () => {
    const total = async () => (await api.call(`GET ${inventory}/count`)).text
    const earlier = await total()
    const answer = await api.call(`POST ${inventory}/1234567/childAssets`, { body: { name: 'x' } })
    assert.equal(answer.status, 404)
    assert.equal(await total(), earlier)
  })

  test('nothing becomes its own ancestor', async () => {
    const top = await api.create(inventory, {})
    const middle = await api.create(`${inventory}/${top}/childAssets`, {})
    const bottom = await api.create(`${inventory}/${middle}/childDevices`, {})
    for (const parent of [top, middle, bottom]) {
      const answer = await api.call(`POST ${inventory}/${parent}/childAdditions`, {
        body: refer(top),
      })
      assert.equal(answer.status, 422)
      assert.equal(answer.body.error, 'general/validationError')
    }
  })

  test('references without an object are told', async () => {
    const parent = await api.create(inventory, {})
    const bad = [
      [vendor('managedObjectReference'), {}, 422, 'undefined/validationError'],
      [vendor('managedObjectReferenceCollection'), {}, 422, 'undefined/validationError'],
      [vendor('managedObjectReference'), { managedObject: {} }, 404, 'inventory/Not Found'],
      [vendor('managedObjectReference'), { managedObject: 7 }, 422, 'general/validationError'],
      [
        vendor('managedObjectReferenceCollection'),
        { references: [{}] },
        422,
        'undefined/validationError',
      ],
    ] as const
    for (const [type, body, status, error] of bad) {
      const headers = { 'content-type': type }
      const answer = await api.call(`POST ${inventory}/${parent}/childDevices`, { body, headers })
      assert.equal(answer.status, status, JSON.stringify(body))
      assert.equal(answer.body.error, error)
    }
  })

  test('are listed page by page in order of assignment', async () => {
    const parent = await api.create(inventory, {})
    const children: string[] = []
    for (let index = 0; index < 5; index++) children.push(await api.create(inventory, { index }))
    const shuffled = [3, 0, 4, 1, 2].map((index) => children[index] ?? '')
    for (const child of shuffled) {
      await api.call(`POST ${inventory}/${parent}/childDevices`, { body: refer(child) })
    }
    const url = `${inventory}/${parent}/childDevices?pageSize=2&currentPage=2&withTotalPages=true`
    const { body } = await api.call(`GET ${url}`)
    const self = `${base}/${parent}/childDevices?withTotalPages=true&pageSize=2`
    assert.equal(body.self, `${self}&currentPage=2`)
    assert.equal(body.next, `${self}&currentPage=3`)
    assert.equal(body.prev, `${self}&currentPage=1`)
    assert.deepEqual(body.statistics, { currentPage: 2, pageSize: 2, totalPages: 3 })
    const found = body.references as JsonObject[]
    assert.deepEqual(
      found.map((each) => (each.managedObject as JsonObject).id),
      shuffled.slice(2, 4),
    )
    assert.equal(found[0]?.self, `${base}/${parent}/childDevices/${shuffled[2]}`)
    assert.match(JSON.stringify(found[0]), /"creationTime":/)
  })

  test('one is fetched and taken away, the child itself stays', async () => {
    const parent = await api.create(inventory, {})
    const child = await api.create(`${inventory}/${parent}/childDevices`, { name: 'x' })
    const url = `${inventory}/${parent}/childDevices/${child}`
    const one = await api.call(`GET ${url}`)
    assert.equal(one.body.self, `http://iot.example${url}`)
    assert.equal((one.body.managedObject as JsonObject).id, child)
    // Another relation is another list.
    const elsewhere = await api.call(`GET ${inventory}/${parent}/childAssets/${child}`)
    assert.equal(elsewhere.status, 404)
    assert.equal(elsewhere.body.error, 'inventory/Not Found')
    assert.match(elsewhere.text, /is not a child of/)
    assert.equal((await api.call(`DELETE ${url}`)).status, 204)
    assert.equal((await api.call(`DELETE ${url}`)).status, 404)
    assert.equal((await api.call(`GET ${inventory}/${child}`)).status, 200)
  })

  test('several are taken away by a body, all or none', async () => {
    const parent = await api.create(inventory, {})
    const children = [
      await api.create(`${inventory}/${parent}/childAssets`, {}),
      await api.create(`${inventory}/${parent}/childAssets`, {}),
    ]
    const remove = (ids: readonly string[]) =>
      api.call(`DELETE ${inventory}/${parent}/childAssets`, {
        body: { references: ids.map(refer) },
      })
    assert.equal((await remove([...children, '1234567'])).status, 404)
    assert.deepEqual(await childrenOf(parent, 'childAssets'), children)
    assert.equal((await remove(children)).status, 204)
    assert.deepEqual(await childrenOf(parent, 'childAssets'), [])
  })
})

test('a device assigns what it owns, below what it owns', async () => {
  const as = 'device_pump'
  const own = await api.create(inventory, {}, as)
  const ownChild = await api.create(inventory, {}, as)
  const foreign = await api.create(inventory, {})
  const assign = (parent: string, child: string) =>
    api.call(`POST ${inventory}/${parent}/childDevices`, {
      as,
      body: { managedObject: { id: child } },
    })
  assert.equal((await assign(own, ownChild)).status, 201)
  assert.equal((await assign(own, foreign)).status, 403)
  assert.equal((await assign(foreign, own)).status, 403)
  const below = (parent: string) =>
    api.call(`POST ${inventory}/${parent}/childAdditions`, { as, body: { type: 'c8y_Service' } })
  assert.equal((await below(own)).status, 201)
  assert.equal((await below(foreign)).status, 403)
  // Taking away needs only one of the two.
  const body = { managedObject: { id: ownChild } }
  await api.call(`POST ${inventory}/${foreign}/childAssets`, { body })
  const url = `DELETE ${inventory}/${foreign}/childAssets/${ownChild}`
  assert.equal((await api.call(url, { as: 'device_other' })).status, 403)
  assert.equal((await api.call(url, { as })).status, 204)
})

test('nothing went wrong inside', () => assert.deepEqual(api.failures, []))
