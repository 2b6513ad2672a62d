import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Permission } from '@pileus/domain'
import {
  createTemplateCollection,
  deleteManagedObject,
  externalIdOfCollection,
  mayDefineCollections,
  templatesFragment,
} from '@pileus/domain'
import { firstTenant } from '@pileus/testing'
import { connectionWith, countObjects, openRules } from './rules.fixture.ts'

const templates = { requestTemplates: [], responseTemplates: [{ msgId: '901', pattern: ['id'] }] }

test('a collection is an object of its own with its X-ID, and never changes', async () => {
  await using rules = openRules()
  const define = (owner: string) =>
    rules.run((unit) => createTemplateCollection(unit, owner, 'kilnProto', templates))
  const first = await define('device_kiln-1')
  assert.ok(first.ok)
  const { id, type, name, owner, fragments } = first.value
  assert.deepEqual([type, name, owner], ['c8y_SmartRest2Template', 'kilnProto', 'device_kiln-1'])
  assert.deepEqual(fragments, { [templatesFragment]: templates })
  const reader = rules.store.reader(firstTenant)
  assert.equal(await reader.findByExternalId(externalIdOfCollection('kilnProto')), id)

  const second = await define('device_kiln-2')
  assert.equal(second.ok ? '' : second.problem.code, 'collectionExists')
  assert.equal(await countObjects(rules), 1)
  const whole = { cascade: false, forceCascade: false, withDeviceUser: false }
  await rules.run((unit) => deleteManagedObject(unit, id, whole))
  assert.ok((await define('device_kiln-2')).ok, 'free again')
})

test('a name that cannot be an external id leaves nothing behind', async () => {
  await using rules = openRules()
  const refused = await rules.run((unit) =>
    createTemplateCollection(unit, 'device_kiln-1', 'x'.repeat(1025), templates),
  )
  assert.equal(refused.ok ? '' : refused.problem.code, 'externalIdInvalid')
  assert.equal(await countObjects(rules), 0)
})

interface Permitted {
  readonly who: string
  readonly permissions?: readonly Permission[]
  readonly option?: string
  readonly may: boolean
}

const table: readonly Permitted[] = [
  { who: 'device_kiln-1', may: true },
  { who: 'device_kiln-1', option: 'true', may: true },
  { who: 'device_kiln-1', option: 'false', may: false },
  { who: 'device_kiln-1', option: '', may: false },
  { who: 'maria', permissions: ['ROLE_INVENTORY_ADMIN'], option: 'false', may: true },
  { who: 'maria', permissions: ['ROLE_INVENTORY_CREATE'], may: false },
  { who: 'device_kiln-1', permissions: ['ROLE_INVENTORY_ADMIN'], option: 'false', may: true },
]

const ofDevices: readonly Permission[] = ['ROLE_DEVICE', 'ROLE_INVENTORY_CREATE']

for (const { who, permissions = ofDevices, option, may } of table) {
  const given = `${who} with ${permissions.join()}, option ${option ?? 'not set'}`
  test(`${given}: ${may ? 'may' : 'may not'} define collections`, async () => {
    await using rules = openRules()
    const { actor } = connectionWith('kiln-1', who, permissions)
    const answer = await rules.run(async (unit) => {
      if (option !== undefined) {
        const key = { category: 'smartrest', key: 'device-templates' }
        await unit.repository.saveTenantOption({ ...key, value: option })
      }
      return mayDefineCollections(unit.repository, actor)
    })
    assert.equal(answer, may)
  })
}
