import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type {
  Connection,
  DeviceIdentifier,
  ManagedObjectId,
  ProblemCode,
  RegistrationRequest,
  Result,
  Unit,
} from '@pileus/domain'
import {
  createChildDevice,
  createDeviceOnce,
  createManagedObject,
  deviceUserName,
  ensureTarget,
  hierarchyLevelsMax,
  mayConnectAs,
  reportService,
} from '@pileus/domain'
import { firstTenant, secondTenant } from '@pileus/testing'
import type { Rules } from './rules.fixture.ts'
import {
  aConnection,
  aUser,
  connectionWith,
  countObjects,
  documentOf,
  findObject,
  openRules,
  putObject,
} from './rules.fixture.ts'

const meter = aConnection('meter-8')
const owner = deviceUserName('meter-8')
const service = { serviceType: 'systemd', name: 'collector', status: 'up' }

function codeOf(result: Result<unknown>): ProblemCode | 'done' {
  return result.ok ? 'done' : result.problem.code
}

function idOf(result: Result<ManagedObjectId>): ManagedObjectId {
  assert.ok(result.ok, codeOf(result))
  return result.value
}

/** Row 101 on the topic of the root device or of a child. */
async function report101(
  rules: Rules,
  child: { readonly externalId: string; readonly isDevice?: boolean; readonly name?: string },
  topicChild?: string,
  connection: Connection = meter,
): Promise<ProblemCode | 'done'> {
  return rules.run(async (unit) => {
    const target = await ensureTarget(unit, connection, topicChild)
    return codeOf(
      target.ok ? await createChildDevice(unit, connection, target.value, child) : target,
    )
  })
}

function sendData(rules: Rules, child?: string, connection: Connection = meter) {
  return rules.run((unit) => ensureTarget(unit, connection, child))
}

function report102(rules: Rules, externalId: string, topicChild?: string) {
  return rules.run((unit) => reportService(unit, meter, topicChild, { ...service, externalId }))
}

async function parentsOf(
  rules: Rules,
  externalId: string,
  kind: 'childDevices' | 'childAdditions',
) {
  const object = await findObject(rules, externalId)
  assert.ok(object, `${externalId} exists`)
  const reader = rules.store.reader(firstTenant)
  const names: (string | undefined)[] = []
  for (const id of await reader.listParents(object.id, kind)) {
    names.push((await reader.listExternalIds(id))[0]?.value)
  }
  return names
}

describe('the root device', () => {
  test('comes into being with the first data, owned by its user', async () => {
    await using rules = openRules()
    idOf(await sendData(rules))
    assert.deepEqual(documentOf(await findObject(rules, 'meter-8')), {
      name: 'MQTT Device meter-8',
      type: 'c8y_MQTTDevice',
      owner,
      c8y_IsDevice: {},
      com_cumulocity_model_Agent: {},
    })
    assert.equal(await countObjects(rules), 1)
  })

  test('is what its registration says, where the device says nothing', async () => {
    await using rules = openRules()
    const group = await rules.run((unit) =>
      createManagedObject(unit, { owner: 'maria', fragments: { c8y_IsDeviceGroup: {} } }),
    )
    const expectedDevice = { name: 'Hall 2', type: 'acme_Meter', groupId: group.id }
    await rules.run((unit) => unit.repository.saveUser(aUser(owner, { expectedDevice })))
    const id = idOf(
      await rules.run((unit) => createDeviceOnce(unit, meter, undefined, { name: 'Mine' })),
    )
    const { name, type } = (await findObject(rules, 'meter-8')) ?? {}
    assert.deepEqual({ name, type }, { name: 'Mine', type: 'acme_Meter' })
    const reader = rules.store.reader(firstTenant)
    assert.deepEqual(await reader.listChildren(group.id, 'childAssets'), [id])
  })

  test('appears although the group of its registration is gone', async () => {
    await using rules = openRules()
    const expectedDevice = { groupId: '4711' as ManagedObjectId }
    await rules.run((unit) => unit.repository.saveUser(aUser(owner, { expectedDevice })))
    idOf(await sendData(rules))
    assert.ok(await findObject(rules, 'meter-8'))
  })

  test('is not created, renamed or changed by a second 100', async () => {
    await using rules = openRules()
    await rules.run((unit) => createDeviceOnce(unit, meter, undefined, { name: 'One' }))
    const before = await findObject(rules, 'meter-8')
    for (const topicChild of [undefined, 'meter-8']) {
      const again = await rules.run((unit) =>
        createDeviceOnce(unit, meter, topicChild, { name: 'Two', type: 'acme_Two' }),
      )
      assert.equal(codeOf(again), 'deviceExists')
    }
    assert.deepEqual(await findObject(rules, 'meter-8'), before)
  })

  test('comes back when it is deleted while its device goes on', async () => {
    await using rules = openRules()
    const first = idOf(await sendData(rules))
    await rules.run((unit) => unit.repository.deleteManagedObject(first))
    assert.notEqual(idOf(await sendData(rules)), first)
    assert.equal(await countObjects(rules), 1)
  })

  test('is not created by a user who may not create objects', async () => {
    await using rules = openRules()
    const stripped = connectionWith('meter-8', owner, ['ROLE_DEVICE'])
    assert.equal(codeOf(await sendData(rules, undefined, stripped)), 'forbidden')
    assert.equal(codeOf(await sendData(rules, 'l1', stripped)), 'forbidden')
    assert.equal(await countObjects(rules), 0)
  })
})

describe('a child topic', () => {
  test('creates an unknown child on the first level, without the agent marker', async () => {
    await using rules = openRules()
    idOf(await sendData(rules, 'meter-8_l1'))
    assert.deepEqual(documentOf(await findObject(rules, 'meter-8_l1')), {
      name: 'MQTT Device meter-8_l1',
      type: 'c8y_MQTTChildDevice',
      owner,
      c8y_IsDevice: {},
    })
    assert.deepEqual(await parentsOf(rules, 'meter-8_l1', 'childDevices'), ['meter-8'])
  })

  test('leads to objects at any depth below the root device', async () => {
    await using rules = openRules()
    await report101(rules, { externalId: 'child' })
    await report101(rules, { externalId: 'grandchild' }, 'child')
    idOf(await report102(rules, 'deep-service', 'grandchild'))
    await rules.run(async (unit) => {
      // Whoever owns them: what is below the device is its own.
      for (const externalId of ['child', 'grandchild', 'deep-service']) {
        const id = await unit.repository.findByExternalId({ type: 'c8y_Serial', value: externalId })
        const object = id && (await unit.repository.findManagedObject(id))
        assert.ok(object)
        await unit.repository.saveManagedObject({ ...object, owner: 'maria' })
      }
    })
    for (const externalId of ['child', 'grandchild', 'deep-service']) {
      const id = idOf(await sendData(rules, externalId))
      assert.equal(id, (await findObject(rules, externalId))?.id)
    }
    assert.equal(await countObjects(rules), 4)
  })

  test('leads to an object elsewhere that the user owns', async () => {
    await using rules = openRules()
    const id = await rules.run((unit) => putObject(unit, 'elsewhere', { owner }))
    assert.equal(idOf(await sendData(rules, 'elsewhere')), id)
  })

  test('is refused for the object of somebody else, and nothing is stored', async () => {
    await using rules = openRules()
    idOf(await sendData(rules))
    await rules.run((unit) => putObject(unit, 'pump-1'))
    assert.equal(codeOf(await sendData(rules, 'pump-1')), 'notBelowConnection')
    assert.equal(await report101(rules, { externalId: 'x' }, 'pump-1'), 'notBelowConnection')
    assert.equal(codeOf(await report102(rules, 'y', 'pump-1')), 'notBelowConnection')
    assert.equal(await countObjects(rules), 2)
  })

  test('is refused for a child that another device claimed first', async () => {
    await using rules = openRules()
    idOf(await sendData(rules, 'shared', aConnection('other')))
    assert.equal(codeOf(await sendData(rules, 'shared')), 'notBelowConnection')
    assert.equal(await report101(rules, { externalId: 'shared' }), 'childExists')
  })

  test('goes on working for a child that was moved, or taken out of the hierarchy', async () => {
    await using rules = openRules()
    const rootId = idOf(await sendData(rules))
    const id = idOf(await sendData(rules, 'child'))
    await rules.run((unit) => unit.repository.deleteChild(rootId, 'childDevices', id))
    assert.equal(idOf(await sendData(rules, 'child')), id)
  })

  for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
    test(`may be called ${name}`, async () => {
      await using rules = openRules()
      const id = idOf(await sendData(rules, name))
      assert.equal(idOf(await sendData(rules, name)), id)
      assert.equal((await findObject(rules, name))?.id, id)
      assert.equal(await countObjects(rules), 2)
    })
  }
})

describe('row 101', () => {
  test('leaves out the device marker where it is told to', async () => {
    await using rules = openRules()
    assert.equal(await report101(rules, { externalId: 'part', isDevice: false }), 'done')
    const document = documentOf(await findObject(rules, 'part'))
    assert.deepEqual(document, { name: 'MQTT Device part', type: 'c8y_MQTTChildDevice', owner })
  })

  test('is refused for the id of the root device itself', async () => {
    await using rules = openRules()
    assert.equal(await report101(rules, { externalId: 'meter-8' }), 'childExists')
    assert.deepEqual(await parentsOf(rules, 'meter-8', 'childDevices'), [])
  })

  test('is refused for a child that has its place, and renames nothing', async () => {
    await using rules = openRules()
    await report101(rules, { externalId: 'a', name: 'One' })
    await report101(rules, { externalId: 'b' })
    assert.equal(await report101(rules, { externalId: 'a', name: 'Two' }, 'b'), 'childExists')
    assert.equal((await findObject(rules, 'a'))?.name, 'One')
    assert.deepEqual(await parentsOf(rules, 'a', 'childDevices'), ['meter-8'])
  })

  test('links an orphan of the same owner, also one that is member of a group', async () => {
    await using rules = openRules()
    await rules.run(async (unit) => {
      const orphan = await putObject(unit, 'orphan', { owner, name: 'Kept' })
      const group = await putObject(unit, 'group')
      await unit.repository.insertChild(group, 'childAssets', orphan)
    })
    assert.equal(await report101(rules, { externalId: 'orphan', name: 'New' }), 'done')
    assert.equal((await findObject(rules, 'orphan'))?.name, 'Kept')
    assert.deepEqual(await parentsOf(rules, 'orphan', 'childDevices'), ['meter-8'])
  })

  test('links no orphan of another owner', async () => {
    await using rules = openRules()
    await rules.run((unit) => putObject(unit, 'orphan'))
    assert.equal(await report101(rules, { externalId: 'orphan' }), 'childExists')
    assert.deepEqual(await parentsOf(rules, 'orphan', 'childDevices'), [])
  })

  test('makes no object its own ancestor', async () => {
    await using rules = openRules()
    // An orphan of the same owner, above the object of the topic through a group.
    await rules.run(async (unit) => {
      const orphan = await putObject(unit, 'orphan', { owner })
      const root = idOf(await ensureTarget(unit, meter, undefined))
      await unit.repository.insertChild(orphan, 'childAssets', root)
    })
    assert.equal(await report101(rules, { externalId: 'orphan' }), 'hierarchyCycle')
  })

  test('builds a hierarchy up to its greatest depth and no further', async () => {
    await using rules = openRules()
    let topicChild: string | undefined
    for (let level = 2; level <= hierarchyLevelsMax; level++) {
      assert.equal(await report101(rules, { externalId: `l${level}` }, topicChild), 'done')
      topicChild = `l${level}`
    }
    assert.equal(await report101(rules, { externalId: 'below' }, topicChild), 'hierarchyTooDeep')
    assert.equal(codeOf(await report102(rules, 'service', topicChild)), 'hierarchyTooDeep')
    assert.equal(await countObjects(rules), hierarchyLevelsMax)
  })

  for (const length of [0, 1025]) {
    test(`is refused for an id of ${length} characters`, async () => {
      await using rules = openRules()
      const externalId = 'x'.repeat(length)
      assert.equal(await report101(rules, { externalId }), 'externalIdInvalid')
      assert.equal(codeOf(await report102(rules, externalId)), 'externalIdInvalid')
      assert.equal(await countObjects(rules), 1)
    })
  }
})

describe('row 102', () => {
  test('creates a service below the object of the topic', async () => {
    await using rules = openRules()
    await report101(rules, { externalId: 'child' })
    idOf(await report102(rules, 'collector', 'child'))
    assert.deepEqual(documentOf(await findObject(rules, 'collector')), {
      name: 'collector',
      type: 'c8y_Service',
      owner,
      serviceType: 'systemd',
      status: 'up',
    })
    assert.deepEqual(await parentsOf(rules, 'collector', 'childAdditions'), ['child'])
    assert.deepEqual(await parentsOf(rules, 'collector', 'childDevices'), [])
  })

  test('on the topic of the service hangs a new one below the root device', async () => {
    await using rules = openRules()
    idOf(await report102(rules, 'collector', 'collector'))
    assert.deepEqual(await parentsOf(rules, 'collector', 'childAdditions'), ['meter-8'])
    assert.equal(await countObjects(rules), 2)
  })

  test('keeps the parent of a service that exists, whatever the topic', async () => {
    await using rules = openRules()
    await report101(rules, { externalId: 'child' })
    const id = idOf(await report102(rules, 'collector', 'child'))
    for (const topicChild of [undefined, 'collector', 'child', 'meter-8']) {
      assert.equal(idOf(await report102(rules, 'collector', topicChild)), id)
    }
    assert.deepEqual(await parentsOf(rules, 'collector', 'childAdditions'), ['child'])
    assert.equal(await countObjects(rules), 3)
  })

  test('updates name, type and status of a service', async () => {
    await using rules = openRules()
    idOf(await report102(rules, 'collector'))
    const changed = { serviceType: 'docker', name: 'Collector', status: 'down' }
    await rules.run((unit) =>
      reportService(unit, meter, undefined, { ...changed, externalId: 'collector' }),
    )
    assert.deepEqual(documentOf(await findObject(rules, 'collector')), {
      ...changed,
      type: 'c8y_Service',
      owner,
    })
  })

  test('is refused for what is no service, and for that of another device', async () => {
    await using rules = openRules()
    await report101(rules, { externalId: 'child' })
    await rules.run((unit) => putObject(unit, 'foreign', { type: 'c8y_Service' }))
    assert.equal(codeOf(await report102(rules, 'child')), 'notAService')
    assert.equal(codeOf(await report102(rules, 'meter-8')), 'notAService')
    assert.equal(codeOf(await report102(rules, 'foreign')), 'notBelowConnection')
    assert.equal((await findObject(rules, 'child'))?.type, 'c8y_MQTTChildDevice')
  })
})

describe('who may connect as a device', () => {
  const person = (id: string, permissions: Parameters<typeof connectionWith>[2]) =>
    connectionWith(id, 'maria', permissions)
  const otherDevice = aConnection('meter-8', 'device_other')

  interface Case {
    readonly name: string
    readonly connection: Connection
    readonly given?: (unit: Unit) => unknown
    readonly may: boolean
  }

  const request: RegistrationRequest = {
    deviceIdentifier: 'meter-8' as DeviceIdentifier,
    tenantId: firstTenant,
    status: 'WAITING_FOR_CONNECTION',
    owner: 'maria',
    creationTime: 0,
    statusSince: 0,
    customProperties: {},
    wrongTokens: 0,
    claimants: [],
    polls: [],
    isContested: false,
  }
  const isExpected =
    (members: Partial<RegistrationRequest> = {}) =>
    (unit: Unit) =>
      unit.instance.saveRegistrationRequest({ ...request, statusSince: unit.now, ...members })
  const existsFor = (objectOwner: string) => (unit: Unit) =>
    putObject(unit, 'meter-8', { owner: objectOwner })

  const cases: readonly Case[] = [
    { name: 'its own user, before it exists', connection: meter, may: true },
    {
      name: 'its own user, although somebody else owns the object',
      connection: meter,
      given: existsFor('maria'),
      may: true,
    },
    {
      name: 'whoever owns the object',
      connection: person('meter-8', []),
      given: existsFor('maria'),
      may: true,
    },
    {
      name: 'a device user that owns the object',
      connection: otherDevice,
      given: existsFor('device_other'),
      may: true,
    },
    {
      name: 'whoever may administer the inventory',
      connection: person('meter-8', ['ROLE_INVENTORY_ADMIN']),
      given: existsFor('device_meter-8'),
      may: true,
    },
    {
      name: 'nobody for the object of somebody else, for all that he may create',
      connection: person('meter-8', ['ROLE_INVENTORY_CREATE', 'ROLE_INVENTORY_READ']),
      given: existsFor('device_meter-8'),
      may: false,
    },
    {
      name: 'a person who may create objects, while there is none',
      connection: person('meter-8', ['ROLE_INVENTORY_CREATE']),
      may: true,
    },
    {
      name: 'no person who may not create objects',
      connection: person('meter-8', ['ROLE_INVENTORY_READ', 'ROLE_DEVICE_CONTROL_ADMIN']),
      may: false,
    },
    {
      name: 'nobody else while the device has a user',
      connection: person('meter-8', ['ROLE_INVENTORY_ADMIN']),
      given: (unit) => unit.repository.saveUser(aUser('device_meter-8')),
      may: false,
    },
    {
      name: 'nobody else while the device is expected',
      connection: person('meter-8', ['ROLE_INVENTORY_ADMIN']),
      given: isExpected(),
      may: false,
    },
    {
      name: 'another one when the expectation has expired',
      connection: person('meter-8', ['ROLE_INVENTORY_ADMIN']),
      given: isExpected({ statusSince: 0 }),
      may: true,
    },
    {
      name: 'another one when a different tenant expects the id, which stays its secret',
      connection: person('meter-8', ['ROLE_INVENTORY_ADMIN']),
      given: isExpected({ tenantId: secondTenant }),
      may: true,
    },
    { name: 'no other device', connection: otherDevice, may: false },
    {
      name: 'another device where the tenant allows it',
      connection: otherDevice,
      given: (unit) =>
        unit.repository.saveTenantOption({
          category: 'mqtt',
          key: 'foreign-client-id',
          value: 'true',
        }),
      may: true,
    },
    {
      name: 'no other device when the option says anything else',
      connection: otherDevice,
      given: (unit) =>
        unit.repository.saveTenantOption({
          category: 'mqtt',
          key: 'foreign-client-id',
          value: 'yes',
        }),
      may: false,
    },
    {
      name: 'nobody whose name only begins or ends like that of the device',
      connection: aConnection('meter-8', 'device_meter-88'),
      may: false,
    },
  ]

  for (const { name, connection, given, may } of cases) {
    test(name, async () => {
      await using rules = openRules()
      if (given !== undefined) await rules.run(given)
      assert.equal(await rules.run((unit) => mayConnectAs(unit, connection)), may)
    })
  }

  test('is asked again for every row of a user who is not the device', async () => {
    await using rules = openRules()
    const connection = person('meter-8', ['ROLE_INVENTORY_CREATE'])
    const id = idOf(await sendData(rules, undefined, connection))
    const object = await findObject(rules, 'meter-8')
    assert.ok(object)
    await rules.run((unit) => unit.repository.saveManagedObject({ ...object, owner: 'paul' }))
    assert.equal(codeOf(await sendData(rules, undefined, connection)), 'notBelowConnection')
    assert.equal(codeOf(await sendData(rules, 'l1', connection)), 'notBelowConnection')
    await rules.run((unit) => unit.repository.deleteManagedObject(id))
    await rules.run((unit) => unit.repository.saveUser(aUser('device_meter-8')))
    // What is gone is not his to create again: by now it belongs to the device.
    assert.equal(codeOf(await sendData(rules, undefined, connection)), 'notBelowConnection')
    const renamed = await rules.run((unit) =>
      createDeviceOnce(unit, connection, undefined, { name: 'Mine' }),
    )
    assert.equal(codeOf(renamed), 'notBelowConnection')
    assert.equal(await countObjects(rules), 0)
  })

  test('administrators keep their rights for the objects of others', async () => {
    await using rules = openRules()
    const administrator = connectionWith('meter-8', 'maria', ['ROLE_INVENTORY_ADMIN'])
    const id = await rules.run((unit) => putObject(unit, 'meter-8', { owner: 'paul' }))
    assert.equal(idOf(await sendData(rules, undefined, administrator)), id)
  })
})

test('two devices that create the same child at once make one object', async () => {
  await using rules = openRules()
  const results = await Promise.all([
    sendData(rules, 'shared'),
    sendData(rules, 'shared', aConnection('other')),
    sendData(rules, 'shared'),
  ])
  assert.deepEqual(results.map(codeOf), ['done', 'notBelowConnection', 'done'])
  assert.equal(await countObjects(rules), 3)
})
