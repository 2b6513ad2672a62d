import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { runGoldenFolder } from './run-golden.ts'

const folder = fileURLToPath(new URL('../../packages/testing/golden', import.meta.url))

/** Whole kinds that speak of what is not offered yet. */
const kindsLeftOut: Readonly<Record<string, string>> = {}

/** Cases of other kinds that need the same. */
const casesLeftOut: Readonly<Record<string, string>> = {
  'deliv-001': 'operations as JSON and through collections are not offered yet',
  'deliv-003': 'operations through collections are not offered yet',
  'deliv-006': 'operations through collections are not offered yet',
  'deliv-007': 'operations as JSON are not offered yet',
  'deliv-012': 'operations through collections are not offered yet',
  'deliv-013': 'operations through collections are not offered yet',
}

for await (const { kind, id, title, difference } of runGoldenFolder(folder)) {
  const reason = kindsLeftOut[kind] ?? casesLeftOut[id]
  if (reason !== undefined) {
    test(`${id} ${title}`, { skip: reason }, () => {})
    // Whoever makes it work takes it off the list.
    assert.ok(difference, `${id} passes, although it is left out because ${reason}`)
  } else {
    test(`${id} ${title}`, () => assert.equal(difference, undefined))
  }
}
