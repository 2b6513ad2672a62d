import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseDevicesSearch } from './devices/devices-search.ts'
import { onlyParsed } from './only-parsed.ts'

test('what the page does not understand hides behind nothing when the router merges both', () => {
  const address = { page: 'abc', q: { a: 1 }, type: 'acme', unknown: '1' }
  const merged = { ...address, ...onlyParsed(parseDevicesSearch)(address) }
  assert.deepEqual(JSON.parse(JSON.stringify(merged)), { type: 'acme' })
})
