import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TenantId } from '@pileus/domain'
import { resolveLogin } from './resolve-login.ts'

const tenants = {
  tenantOfHost: (host: string) => (host === 'acme.iot.example' ? ('t200' as TenantId) : undefined),
  defaultTenant: 't100' as TenantId,
}

const cases: readonly (readonly [
  channel: 'mqtt' | 'rest',
  userName: string,
  host: string | undefined,
  tenantId: string | undefined,
  name: string,
])[] = [
  ['rest', 't300/anna', undefined, 't300', 'anna'],
  ['rest', 't300/anna', 'acme.iot.example', 't300', 'anna'],
  ['mqtt', 't300/device_pump-7', 'acme.iot.example', 't300', 'device_pump-7'],
  ['mqtt', 't300/a/b', undefined, 't300', 'a/b'],
  ['rest', 'anna', 'acme.iot.example', 't200', 'anna'],
  ['rest', 'anna', 'ACME.iot.example:8080', 't200', 'anna'],
  ['mqtt', 'anna', 'acme.iot.example', 't200', 'anna'],
  ['rest', 'anna', 'other.example', 't100', 'anna'],
  ['rest', 'anna', '[::1]:8080', 't100', 'anna'],
  ['mqtt', 'anna', undefined, 't100', 'anna'],
  // A prefix is a tenant id, never a domain, and an empty one is none.
  ['rest', 'acme.iot.example/anna', undefined, undefined, 'anna'],
  ['rest', '/anna', 'acme.iot.example', undefined, 'anna'],
  ['rest', '', undefined, 't100', ''],
  // The bootstrap user is one over REST; over MQTT it is written out.
  ['rest', 't300/devicebootstrap', undefined, 'management', 'devicebootstrap'],
  ['rest', 'devicebootstrap', 'acme.iot.example', 'management', 'devicebootstrap'],
  ['mqtt', 'management/devicebootstrap', undefined, 'management', 'devicebootstrap'],
  ['mqtt', 't300/devicebootstrap', undefined, 't300', 'devicebootstrap'],
]

for (const [channel, userName, host, tenantId, name] of cases) {
  test(`${channel} ${JSON.stringify(userName)} at ${host ?? 'no host'}: ${tenantId}`, () => {
    assert.deepEqual(resolveLogin({ channel, userName, host }, tenants), {
      tenantId,
      userName: name,
    })
  })
}

test('a tenant that was split off counts like a prefix', () => {
  const anna = { channel: 'rest', userName: 'anna', host: 'acme.iot.example' } as const
  const resolve = (tenantId: string, userName = 'anna') =>
    resolveLogin({ ...anna, tenantId, userName }, tenants)
  assert.deepEqual(resolve('t300'), { tenantId: 't300', userName: 'anna' })
  assert.deepEqual(resolve(''), { tenantId: undefined, userName: 'anna' })
  assert.deepEqual(resolve('t300', 'a/b'), { tenantId: 't300', userName: 'a/b' })
  assert.deepEqual(resolve('t300', 'devicebootstrap').tenantId, 'management')
})

test('without a default tenant, a bare name has none', () => {
  assert.deepEqual(
    resolveLogin({ channel: 'mqtt', userName: 'anna' }, { ...tenants, defaultTenant: undefined }),
    { tenantId: undefined, userName: 'anna' },
  )
})
