// Who finds which device by what: the ranking over all ways, and who may see what was found.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Actor, ManagedObject, ManagedObjectId } from '@pileus/domain'
import { actorOf, addExternalId, adminsGroupId, searchDevices } from '@pileus/domain'
import { firstTenant } from '@pileus/testing'
import type { Rules } from './rules.fixture.ts'
import { aUser, openRules } from './rules.fixture.ts'

const admin = actorOf(aUser('mira', { groupIds: [adminsGroupId] }))
const nobody = actorOf(aUser('bob', { groupIds: [] }))
const device = { c8y_IsDevice: {} }

/** An object without external id. */
function insert(
  rules: Rules,
  members: Partial<Omit<ManagedObject, 'id'>>,
): Promise<ManagedObjectId> {
  return rules.run(async ({ repository, now }) => {
    const times = { creationTime: now, lastUpdated: now }
    const object = { owner: 'mira', ...times, fragments: {}, ...members }
    return (await repository.insertManagedObject(object)).id
  })
}

function known(rules: Rules, id: ManagedObjectId, type: string, value: string) {
  return rules.run((unit) => addExternalId(unit, id, { type, value }))
}

async function found(rules: Rules, text: string, actor: Actor = admin, limit = 10) {
  const reader = rules.store.reader(firstTenant)
  const { devices, hasMore } = await searchDevices(reader, actor, { text, limit })
  return { devices: devices.map(({ device: { id }, match }) => [id, match]), hasMore }
}

describe('a search for devices', () => {
  test('ranks by how surely the device is meant, and tells each once', async () => {
    await using rules = openRules()
    const typed = await insert(rules, { name: 'x', type: '7701-meter', fragments: device })
    const contains = await insert(rules, { name: 'hall 7701', fragments: device })
    const begins = await insert(rules, { name: '7701 b', fragments: device })
    const named = await insert(rules, { name: '7701', type: '7701', fragments: device })
    const group = await insert(rules, { name: '7701', fragments: {} })
    await known(rules, named, 'c8y_Serial', '7701')
    await known(rules, named, 'other', '7701')
    await known(rules, contains, 'c8y_Imei', '7701')
    await known(rules, group, 'group', '7701')
    assert.deepEqual(await found(rules, '7701'), {
      devices: [
        [named, 'externalId'],
        [contains, 'externalId'],
        [begins, 'namePrefix'],
        [typed, 'typePrefix'],
      ],
      hasMore: false,
    })
    assert.deepEqual((await found(rules, begins)).devices, [[begins, 'id']])
    assert.deepEqual((await found(rules, group)).devices, [])
    assert.deepEqual(await found(rules, '7701', admin, 3), {
      devices: [
        [named, 'externalId'],
        [contains, 'externalId'],
        [begins, 'namePrefix'],
      ],
      hasMore: true,
    })
    assert.deepEqual(await found(rules, '7701', admin, 4), {
      ...(await found(rules, '7701')),
      hasMore: false,
    })
  })

  test('shows those without permission their own devices, and shared ones', async () => {
    await using rules = openRules()
    const own = await insert(rules, { name: 'pump own', owner: 'bob', fragments: device })
    const shared = await insert(rules, {
      name: 'pump shared',
      fragments: { ...device, c8y_Global: {} },
    })
    const foreign = await insert(rules, { name: 'pump', fragments: device })
    for (const [id, value] of [
      [own, 'SN-1'],
      [shared, 'SN-2'],
      [foreign, 'SN-3'],
    ] as const) {
      await known(rules, id, 'c8y_Serial', value)
    }
    const of = async (text: string) => (await found(rules, text, nobody)).devices
    assert.deepEqual(await of('pump'), [
      [own, 'namePrefix'],
      [shared, 'namePrefix'],
    ])
    assert.deepEqual(await of('SN-1'), [[own, 'externalId']])
    // The object is for everybody, its external id is not.
    assert.deepEqual(await of('SN-2'), [])
    assert.deepEqual(await of(shared), [[shared, 'id']])
    assert.deepEqual(await of('SN-3'), [])
    assert.deepEqual(await of(foreign), [])
    const reader = rules.store.reader(firstTenant)
    const { devices } = await searchDevices(reader, nobody, { text: 'pump', limit: 10 })
    assert.deepEqual(
      devices.map(({ externalId }) => externalId?.value),
      ['SN-1', undefined],
    )
  })
})
