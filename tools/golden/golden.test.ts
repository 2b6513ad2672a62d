import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { runGoldenFolder } from './run-golden.ts'

const folder = fileURLToPath(new URL('../../packages/testing/golden', import.meta.url))

for await (const { id, title, difference } of runGoldenFolder(folder)) {
  test(`${id} ${title}`, () => assert.equal(difference, undefined))
}
