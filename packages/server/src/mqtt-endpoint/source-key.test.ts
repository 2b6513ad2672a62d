import assert from 'node:assert/strict'
import { test } from 'node:test'
import { plainAddressOf, sourceKeyOf } from './source-key.ts'

const cases = [
  ['192.0.2.1', '192.0.2.1'],
  ['::ffff:192.0.2.1', '192.0.2.1'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
  ['2001:0db8:0001:0002::1', '2001:db8:1:2'],
  ['2001:db8::1', '2001:db8:0:0'],
  ['::1', '0:0:0:0'],
  ['::', '0:0:0:0'],
  ['1::2:3:4:5:6:7', '1:0:2:3'],
  ['fe80::1%eth0', 'fe80:0:0:0'],
  ['', ''],
  ['unknown', 'unknown'],
] as const

for (const [address, key] of cases) {
  test(`${address || 'no address'} counts as ${key || 'nothing'}`, () => {
    assert.equal(sourceKeyOf(address), key)
  })
}

test('an address is shown as IPv4 where it is one', () => {
  assert.equal(plainAddressOf('::FFFF:192.0.2.1'), '192.0.2.1')
  assert.equal(plainAddressOf('2001:db8::1'), '2001:db8::1')
})
