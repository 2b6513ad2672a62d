import assert from 'node:assert/strict'
import { test } from 'node:test'
import { resources } from './media-types.ts'
import { restProblems } from './rest-problems.ts'
import type { Route } from './route.ts'
import { methodsByPath, routes } from './routes.ts'

test('rows are plain data', () => {
  assert.deepEqual(JSON.parse(JSON.stringify(routes)), routes)
})

test('names are distinct, and so are method and path', () => {
  assert.equal(new Set(routes.map((route) => route.name)).size, routes.length)
  assert.equal(new Set(routes.map((route) => `${route.method} ${route.path}`)).size, routes.length)
})

for (const route of routes as readonly Route[]) {
  test(`${route.name}: the row fits itself`, () => {
    assert.match(route.path, /^(\/([A-Za-z0-9-]+|\{[A-Za-z]+\}))*(\/\{[A-Za-z]+\*\})?$/)
    assert.match(route.source, /^(rest-api|registration|security|console|thin-edge) §/)
    assert.ok(route.summary.endsWith('.'))
    if (route.method === 'GET') assert.equal(route.body, undefined)
    if (route.method === 'DELETE') assert.deepEqual(route.answer, { kind: 'empty', status: 204 })
    if (route.answer.kind === 'collection') {
      assert.ok('collection' in resources[route.answer.resource])
    }
    for (const code of route.problems) assert.ok(Object.hasOwn(restProblems, code))
    const names = route.query.map((parameter) => parameter.name)
    assert.equal(new Set(names).size, names.length)
  })
}

test('every path lists the methods that it has', () => {
  const methods = methodsByPath()
  assert.deepEqual(methods.get('/inventory/managedObjects'), ['GET', 'POST'])
  assert.deepEqual(methods.get('/alarm/alarms/{id}'), ['GET', 'PUT'])
})
