import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseLegacyFragment } from './legacy-address.ts'

test('the link of a device agent opens the form with its id and without its secret', () => {
  const fragment = '#/deviceregistration?externalId=SN-4471&one-time-password=s3cret'
  assert.deepEqual(parseLegacyFragment(fragment), {
    path: '/registration?tab=single&externalId=%22SN-4471%22',
    hadOneTimePassword: true,
  })
})

test('any id arrives as it was, also one of digits, and the secret never does', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.bigInt({ min: 0n }).map(String)), (id) => {
      const query = new URLSearchParams({ externalId: id, 'one-time-password': 'sEcReT' })
      const target = parseLegacyFragment(`#/deviceregistration?${query}`)
      const [, search = ''] = target?.path.split('?') ?? []
      assert.doesNotMatch(search, /sEcReT/)
      assert.equal(
        JSON.parse(new URLSearchParams(search).get('externalId') ?? ''),
        id.toWellFormed(),
      )
    }),
  )
})

const cases = [
  { fragment: '#/device/4711/alarms', path: '/devices/4711/alarms' },
  { fragment: '#/device/4711', path: '/devices/4711' },
  { fragment: '#/', path: '/' },
  { fragment: '#/device/<script>', path: undefined },
  { fragment: '#main', path: undefined },
  { fragment: '', path: undefined },
] as const

for (const { fragment, path } of cases) {
  test(`${fragment} leads to ${path}`, () => {
    assert.equal(parseLegacyFragment(fragment)?.path, path)
  })
}
