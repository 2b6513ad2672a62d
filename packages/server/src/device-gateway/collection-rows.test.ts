import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { JsonObject, ManagedObjectId, Unit } from '@pileus/domain'
import {
  createOperation,
  createTemplateCollection,
  deleteManagedObject,
  templateCollectionsMax,
  templatesFragment,
  updateManagedObject,
} from '@pileus/domain'
import { parseCollectionRows } from '@pileus/smartrest'
import { firstTenant } from '@pileus/testing'
import fc from 'fast-check'
import { aUser, findObject, putObject } from '../domain-rules/rules.fixture.ts'
import type { Device, Scene } from './gateway.fixture.ts'
import { openScene } from './gateway.fixture.ts'
import { stumbling } from './stumbling-store.fixture.ts'

const all = { offset: 0, limit: 1000 }

/** All that a collection can ask for. */
const definition = [
  '10,801,POST,MEASUREMENT,,acme_Core,,acme_Core.T.value,NUMBER,,acme_Core.T.unit,STRING,C',
  '10,802,POST,MEASUREMENT,true,,,acme_Core.T.value,NUMBER,',
  '10,810,POST,EVENT,true,,,,acme_Batch.no,INTEGER,',
  '10,820,POST,ALARM,true,acme_Flameout,,ACTIVE,,',
  '10,821,PUT,ALARM,true,acme_Flameout,status,ALARMSTATUS,,acme_By,STRING,',
  '10,830,PUT,OPERATION,true,acme_Purge,status,OPERATIONSTATUS,,acme_Purge.used,NUMBER,2',
  '10,831,PUT,OPERATION,,acme_Purge,status,OPERATIONSTATUS,FAILED,failureReason,STRING,',
  '10,840,GET,INVENTORY,,false,c8y_Serial',
  '10,841,GET,INVENTORY,,true,',
  '10,842,GET,INVENTORY,,false,',
  '10,850,PUT,INVENTORY,true,false,c8y_Serial,acme_Lim.max,NUMBER,',
  '10,851,PUT,INVENTORY,,false,c8y_Serial,owner,STRING,',
  '10,852,PUT,INVENTORY,,false,c8y_Serial',
  '10,853,PUT,INVENTORY,,true,,name,STRING,',
  '10,860,POST,INVENTORY,true,acme_Code,name,STRING,,acme_Active,FLAG,',
  '10,861,POST,INVENTORY,,',
  '10,870,POST,EVENT,,acme_Odd,Odd,,id,STRING,,source.id,STRING,,creationTime,STRING,,acme_Kept,STRING,',
  '11,900,,type,type',
  '11,901,,acme_Batch,text,acme_Batch.no',
  '11,902,,severity,severity,status,count',
  '11,903,,acme_Purge,status,acme_Purge.litres,acme_Purge.used',
  '11,904,,acme_Lim,name,acme_Lim.max,acme_Lim.min',
  '11,905,,childDevices,id,name,childDevices.references[*].managedObject.name',
].join('\n')

/** A connected device with the collection, which hears everything. */
async function openProbe(scene: Scene): Promise<Device> {
  const device = await scene.connect('d:probe:acmeProto', 'device_probe')
  device.subscribe('s/e', 's/dt', 's/dc/acmeProto', 's/dd')
  await device.publish(definition, { topic: 's/ut/acmeProto' })
  await device.received()
  return device
}

function put(scene: Scene, name: string, members: object): Promise<ManagedObjectId> {
  return scene.run((unit) => putObject(unit, name, members))
}

describe('s/ut', () => {
  const topic = 's/ut/acmeProto'
  const row = '11,901,,acme_X,id'

  test('answers whether there is such a collection, and creates it once', async () => {
    await using scene = openScene()
    const device = await scene.connect('probe')
    device.subscribe('s/dt', 's/e')
    await device.publish('', { topic })
    assert.deepEqual(await device.received(), ['s/dt 41,acmeProto'])
    await device.publish(row, { topic })
    const [created = ''] = await device.received()
    assert.match(created, /^s\/dt 20,acmeProto,\d+$/)
    await device.publish('', { topic })
    assert.deepEqual(await device.received(), [created])
    await device.publish(row, { topic })
    assert.deepEqual(await device.received(), ['s/dt 41,acmeProto,Collection exists already'])
    const objects = await scene.store.reader(firstTenant).listManagedObjects({}, all)
    assert.deepEqual(
      objects.map(({ type, owner }) => [type, owner]),
      [['c8y_SmartRest2Template', 'device_probe']],
      'and nothing else, no device in particular',
    )
  })

  test('answers in its turn, and the rows behind it can use it', async () => {
    await using scene = openScene()
    const device = await scene.connect('probe')
    device.subscribe('s/dt', 's/e', 's/ds', 's/dc/#')
    await Promise.all([
      device.publish('801,x,y', { topic: 's/uc/acmeProto' }),
      device.publish('600'),
      device.publish('10,801,POST,EVENT,true,a,\n11,901,,text,text', { topic }),
      device.publish('801,"y, z"', { topic: 's/uc/acmeProto' }),
      device.publish('', { topic }),
      device.publish('999'),
    ])
    const said = await device.received()
    assert.deepEqual(
      said.map((message) => message.replace(/\d{4}$/, 'id')),
      [
        's/e 40,801,Template collection acmeProto does not exist',
        's/ds 601,1.2.3',
        's/dt 20,acmeProto,id',
        's/dc/acmeProto 901,"y, z"',
        's/dt 20,acmeProto,id',
        's/e 40,999,No static template for this message id',
      ],
    )
  })

  test('two devices at once: one gets 20, the other 41, and both can ask', async () => {
    await using scene = openScene()
    const devices = [await scene.connect('one'), await scene.connect('two')] as const
    for (const device of devices) device.subscribe('s/dt')
    await Promise.all(devices.map((device) => device.publish(row, { topic })))
    await Promise.all(devices.map((device) => device.publish('', { topic })))
    const [one = [], two = []] = await Promise.all(devices.map((device) => device.received()))
    assert.match(one[0] ?? '', /^s\/dt 20,acmeProto,\d+$/)
    assert.equal(two[0], 's/dt 41,acmeProto,Collection exists already')
    assert.deepEqual([one[1], two[1]], [one[0], one[0]])
  })

  const refused = [
    ['\n', 'There is no template'],
    ['12,901', 'Row 1: A definition begins with 10 or 11, not "12"'],
    [`${row}\n10,801,POST,AUDIT,,a`, 'Row 2, column 3: '],
    ['10,801,POST,EVENT,,"a', 'The quoted value in column 5 is not closed'],
    ['11,901,,a,b[?(@.c)]', 'The path "b[?(@.c)]" has brackets'],
  ] as const

  for (const [payload, reason] of refused) {
    test(`${JSON.stringify(payload)} creates nothing: ${reason}`, async () => {
      await using scene = openScene()
      const device = await scene.connect('probe')
      device.subscribe('s/dt')
      await device.publish(payload, { topic })
      const [answer = ''] = await device.received()
      assert.ok(answer.startsWith('s/dt 41,acmeProto,'), answer)
      assert.ok(answer.replaceAll('\\"', '"').includes(reason), answer)
      assert.equal(await scene.store.reader(firstTenant).countManagedObjects({}), 0)
    })
  }

  test('bytes that are no text are refused', async () => {
    await using scene = openScene()
    const device = await scene.connect('probe')
    device.subscribe('s/dt')
    const payload = Uint8Array.of(0x31, 0xff)
    await device.session.publish({ topic, payload, qos: 1, isDuplicate: false, packetId: 1 })
    assert.deepEqual(await device.received(), ['s/dt 41,acmeProto,The message is not valid UTF-8'])
  })

  test('who may not create may still ask', async () => {
    await using scene = openScene()
    scene.users.set('rita', aUser('rita', { groupIds: [4] }))
    await scene.run((unit) =>
      unit.repository.saveTenantOption({
        category: 'smartrest',
        key: 'device-templates',
        value: 'false',
      }),
    )
    const device = await scene.connect('probe')
    device.subscribe('s/dt')
    await device.publish(row, { topic })
    await device.publish('12,x', { topic })
    await device.publish('', { topic })
    assert.deepEqual(await device.received(), [
      's/dt 41,acmeProto,Not permitted',
      's/dt 41,acmeProto,Not permitted',
      's/dt 41,acmeProto',
    ])
  })

  test('a definition that is sent again is answered again', async () => {
    await using scene = openScene()
    const lost = await scene.connect('probe')
    await lost.publish(row, { topic, packetId: 7 })
    const device = await scene.connect('probe')
    device.subscribe('s/dt')
    await device.publish(row, { topic, packetId: 7, isDuplicate: true })
    await device.publish('11,902,,a,b', { topic, packetId: 8, isDuplicate: true })
    const [first = '', second] = await device.received()
    assert.match(first, /^s\/dt 20,acmeProto,\d+$/)
    assert.equal(second, 's/dt 41,acmeProto,Collection exists already')
  })

  test('a tenant has a thousand of them', async () => {
    await using scene = openScene()
    await scene.run(async (unit) => {
      for (let index = 0; index < templateCollectionsMax; index++) {
        await createTemplateCollection(unit, 'maria', `x${index}`, {})
      }
    })
    const device = await scene.connect('probe')
    device.subscribe('s/dt')
    await device.publish(row, { topic })
    assert.deepEqual(await device.received(), [
      's/dt 41,acmeProto,A tenant can have 1000 template collections',
    ])
  })

  test('a mistake of ours is answered and creates nothing', async () => {
    await using scene = openScene({ storeOf: stumbling })
    const device = await scene.connect('probe')
    device.subscribe('s/dt')
    await device.publish(row, { topic: 's/ut/mistake' })
    assert.deepEqual(await device.received(), [
      's/dt 41,mistake,"Internal error, nothing was created"',
    ])
    assert.equal(await scene.store.reader(firstTenant).countManagedObjects({}), 0)
  })
})

describe('rows of a collection', () => {
  interface Case {
    readonly rows: string
    readonly topic?: string
    readonly said: readonly string[]
  }

  const cases: readonly Case[] = [
    { rows: '801,,930.5', said: [] },
    { rows: '802,acme_Core,,930.5', said: ['s/dc/acmeProto 900,acme_Core'] },
    { rows: '802,acme_Core,,930.5', topic: 's/ud', said: ['s/dd 900,acme_Core'] },
    {
      rows: '810,acme_Batch,"Batch, north",,17',
      said: ['s/dc/acmeProto 900,acme_Batch\n901,"Batch, north",17'],
    },
    {
      rows: '820,No flame,major,\n820,Still none,minor,',
      said: [
        's/dc/acmeProto 900,acme_Flameout\n902,MAJOR,ACTIVE,1',
        's/dc/acmeProto 900,acme_Flameout\n902,MAJOR,ACTIVE,2',
      ],
    },
    {
      rows: '820,No flame,major,\n821,cleared,shift B\n821,cleared,shift C',
      said: [
        's/dc/acmeProto 900,acme_Flameout\n902,MAJOR,ACTIVE,1',
        's/dc/acmeProto 900,acme_Flameout\n902,MAJOR,CLEARED,1',
        's/e 41,821,No unresolved alarm of type acme_Flameout',
      ],
    },
    {
      rows: '830,executing',
      said: ['s/e 41,830,No EXECUTING or PENDING operation with fragment acme_Purge'],
    },
    { rows: '840,probe', said: ['s/dc/acmeProto 900,c8y_MQTTDevice\n905,1002,MQTT Device probe,'] },
    {
      rows: '842,c8y_Serial,probe',
      said: ['s/dc/acmeProto 900,c8y_MQTTDevice\n905,1002,MQTT Device probe,'],
    },
    {
      rows: '841,1002',
      topic: 's/ud',
      said: ['s/dd 900,c8y_MQTTDevice\n905,1002,MQTT Device probe,'],
    },
    {
      rows: '841,1002',
      topic: 's/uc/acmeProto/probe_1',
      said: ['s/dc/acmeProto 900,c8y_MQTTDevice\n905,1002,MQTT Device probe,MQTT Device probe_1'],
    },
    { rows: '841,77', said: ['s/e 41,841,No managed object 77.'] },
    { rows: '841,x', said: ['s/e 41,841,No managed object x.'] },
    { rows: '841', said: ['s/e 45,841,Column 1 (id) is required'] },
    {
      rows: '850,probe,980\n850,probe,990',
      said: [
        's/dc/acmeProto 900,c8y_MQTTDevice\n904,MQTT Device probe,980,\n905,1002,MQTT Device probe,',
        's/dc/acmeProto 900,c8y_MQTTDevice\n904,MQTT Device probe,990,\n905,1002,MQTT Device probe,',
      ],
    },
    { rows: '852,probe', said: [] },
    { rows: '853,1002,Kiln', said: [] },
    { rows: '860,P-18,Probe 18', said: ['s/dc/acmeProto 905,1003,Probe 18,'] },
    { rows: '860,,Probe 19', said: ['s/dc/acmeProto 905,1003,Probe 19,'] },
    {
      rows: '860,P-18,Probe 18\n860,P-18,Again',
      said: [
        's/dc/acmeProto 905,1003,Probe 18,',
        's/e 41,860,Identity already bound to a different Global ID.',
      ],
    },
    { rows: '861,,', said: [] },
    { rows: '861,P-1', said: ['s/e 45,861,Column 2 (external id type) is required'] },
    {
      rows: '802,acme_Core,,hot\n802,acme_Core,,1,surplus',
      said: [
        's/e 45,802,"Column 3 (acme_Core.T.value) must be a number, not \\"hot\\""',
        's/dc/acmeProto 900,acme_Core',
      ],
    },
    { rows: '77', said: ['s/e 40,77,No template with message id 77 in collection acmeProto'] },
    { rows: '900,x', said: ['s/e 40,900,No template with message id 900 in collection acmeProto'] },
    {
      rows: '801,,1',
      topic: 's/uc/otherProto',
      said: ['s/e 40,801,Template collection otherProto does not exist'],
    },
  ]

  for (const { rows, topic = 's/uc/acmeProto', said } of cases) {
    test(`${topic} ${JSON.stringify(rows)} → ${said.join(' | ')}`, async () => {
      await using scene = openScene()
      const device = await openProbe(scene)
      await device.publish(rows, { topic })
      assert.deepEqual(await device.received(), said)
    })
  }

  test('create the device, and a child, but not for a template that is not there', async () => {
    await using scene = openScene()
    const device = await openProbe(scene)
    await device.publish('77', { topic: 's/uc/acmeProto/probe_1' })
    await device.publish('801,,1', { topic: 's/uc/otherProto/probe_1' })
    await device.publish('801,,1', { topic: 's/uc/acme/Proto/probe_1' })
    assert.equal(await findObject(scene, 'probe'), undefined)
    await device.publish('801,,warm', { topic: 's/uc/acmeProto/probe_1' })
    const child = await findObject(scene, 'probe_1')
    assert.equal(child?.type, 'c8y_MQTTChildDevice')
    assert.equal((await findObject(scene, 'probe'))?.type, 'c8y_MQTTDevice')
    assert.equal(await scene.store.reader(firstTenant).countMeasurements({}), 0)
    await put(scene, 'foreign', {})
    await device.received()
    await device.publish('801,,1', { topic: 's/uc/acmeProto/foreign' })
    assert.deepEqual(await device.received(), [
      's/e 41,801,Device foreign does not belong to this connection',
    ])
  })

  test('store what they say, constants included', async () => {
    await using scene = openScene()
    const device = await openProbe(scene)
    const time = Date.parse('2032-02-01T08:15:00Z')
    await device.publish('801,2032-02-01T08:15:00Z,930.5', { topic: 's/ud' })
    await device.publish('870,,66,1,now,kept', { topic: 's/ud' })
    const reader = scene.store.reader(firstTenant)
    const [measurement] = await reader.listMeasurements({}, all)
    assert.deepEqual([measurement?.type, measurement?.time], ['acme_Core', time])
    assert.deepEqual(measurement?.fragments, { acme_Core: { T: { value: 930.5, unit: 'C' } } })
    const [event] = await reader.listEvents({}, all)
    assert.deepEqual(event?.fragments, { acme_Kept: 'kept' }, 'the platform keeps its own members')
  })

  test('choose the mode by the letter of their topic', async () => {
    await using scene = openScene()
    const device = await openProbe(scene)
    await device.publish('802,acme_Core,,1', { topic: 't/uc/acmeProto' })
    await device.publish('802,acme_Core,,1', { topic: 'c/ud' })
    const reader = scene.store.reader(firstTenant)
    assert.equal(await reader.countMeasurements({}), 0)
    assert.deepEqual(await device.received(), [
      's/dc/acmeProto 900,acme_Core',
      's/dd 900,acme_Core',
    ])
    await device.publish('802,acme_Core,,1', { topic: 'q/ud' })
    assert.equal(await reader.countMeasurements({}), 1)
  })

  test('report on the operation of their object', async () => {
    await using scene = openScene()
    const device = await openProbe(scene)
    await device.publish('801,,1', { topic: 's/ud' })
    const target = (await findObject(scene, 'probe'))?.id ?? assert.fail()
    const ask = (unit: Unit) => createOperation(unit, target, { acme_Purge: { litres: 20 } })
    await scene.run(ask)
    await scene.run(ask)
    await device.received()
    await device.publish('830,executing\n830,successful\n830,successful\n831,Dry', {
      topic: 's/ud',
    })
    assert.deepEqual(await device.received(), [
      's/dd 903,EXECUTING,20,2',
      's/dd 903,SUCCESSFUL,20,2',
      's/dd 903,SUCCESSFUL,20,2',
      's/e 41,831,No EXECUTING or PENDING operation with fragment acme_Purge',
    ])
    await scene.run(ask)
    await device.publish('830,EXECUTING\n830,pending\n831,Dry', { topic: 's/ud' })
    const [refused] = (await device.received()).filter((message) => message.startsWith('s/e '))
    assert.match(refused ?? '', /41,830,Operation \d+ cannot go from EXECUTING to PENDING/)
    const [, , last] = await scene.store.reader(firstTenant).listOperations({}, all)
    assert.deepEqual([last?.status, last?.failureReason], ['FAILED', 'Dry'])
  })

  test('are answered to the session that asks, and to no other', async () => {
    await using scene = openScene()
    const device = await openProbe(scene)
    const other = await scene.connect('d:other:acmeProto', 'device_other')
    other.subscribe('s/dc/#', 's/dd', 's/dc/acmeProto', 's/dt')
    await device.publish('802,acme_Core,,1', { topic: 's/ud' })
    assert.deepEqual(await other.received(), [])
    await other.publish('802,acme_Core,,1', { topic: 's/uc/acmeProto' })
    assert.deepEqual(await other.received(), ['s/dc/acmeProto 900,acme_Core'], 'once')
  })

  test('a result that no message can carry is an error, and its effect stays', async () => {
    await using scene = openScene({ parts: { packetBytesMax: 600 } })
    const device = await openProbe(scene)
    await device.publish(`810,acme_Batch,${'x'.repeat(600)},,17`, { topic: 's/ud' })
    assert.deepEqual(await device.received(), [
      's/e 41,810,The reply does not fit into one message',
    ])
    assert.equal(await scene.store.reader(firstTenant).countEvents({}), 1)
  })
})

describe('objects that are not the device', () => {
  async function saidOf(rows: string, members: object, isAdmin = false): Promise<string> {
    await using scene = openScene()
    const user = isAdmin ? 'maria' : 'device_probe'
    if (isAdmin) scene.users.set('maria', aUser('maria', { groupIds: [2] }))
    const device = await scene.connect('probe', user)
    device.subscribe('s/e', 's/dc/#')
    const parsed = parseCollectionRows(definition)
    assert.ok(parsed.ok)
    await scene.run((unit) =>
      createTemplateCollection(unit, 'otto', 'acmeProto', parsed.value.fragment),
    )
    await put(scene, 'thing', { name: 'Thing', ...members })
    await device.publish(rows, { topic: 's/uc/acmeProto' })
    return (await device.received()).join('|')
  }

  const unknown = 'External id not found; external id = ID [type=c8y_Serial, value=thing]'
  const table = [
    { rows: '840,thing', members: { owner: 'otto' }, said: `s/e 41,840,"${unknown}"` },
    { rows: '841,1002', members: { owner: 'otto' }, said: 's/e 41,841,No managed object 1002.' },
    { rows: '850,thing,1', members: { owner: 'otto' }, said: `s/e 41,850,"${unknown}"` },
    {
      rows: '840,thing',
      members: { owner: 'otto', fragments: { c8y_Global: {} } },
      said: 's/dc/acmeProto 905,1002,Thing,',
    },
    {
      rows: '850,thing,1',
      members: { owner: 'otto', fragments: { c8y_Global: {} } },
      said: `s/e 41,850,"${unknown}"`,
    },
    {
      rows: '850,thing,1',
      members: { owner: 'device_probe', fragments: { acme_Lim: { min: 0 } } },
      said: 's/dc/acmeProto 904,Thing,1,\n905,1002,Thing,',
    },
    {
      rows: '850,thing,1',
      members: { owner: 'otto' },
      isAdmin: true,
      said: 's/dc/acmeProto 904,Thing,1,\n905,1002,Thing,',
    },
    {
      rows: '851,thing,otto',
      members: { owner: 'device_probe' },
      said: 's/e 41,851,Access is denied.',
    },
    { rows: '851,thing,otto', members: { owner: 'maria' }, isAdmin: true, said: '' },
    {
      rows: '853,1002,Mine',
      members: { owner: 'device_probe', fragments: { [templatesFragment]: {} } },
      said: 's/e 41,853,A template collection cannot be changed over MQTT',
    },
  ]

  for (const { rows, members, isAdmin, said } of table) {
    test(`${isAdmin ? 'admin: ' : ''}${rows} with ${JSON.stringify(members)}`, async () => {
      assert.equal(await saidOf(rows, members, isAdmin), said)
    })
  }

  test('nor can a document, or change one', async () => {
    await using scene = openScene()
    const device = await scene.connect('probe')
    device.subscribe('s/dt', 'error')
    await device.publish('11,901,,a,b', { topic: 's/ut/acmeProto' })
    const [, , id] = ((await device.received())[0] ?? '').split(',')
    const change = JSON.stringify({ [templatesFragment]: {} })
    await device.publish(change, { topic: 'inventory/managedObjects/create' })
    await device.publish(change, { topic: `inventory/managedObjects/update/${id}` })
    await device.publish('{"name":"x"}', { topic: `inventory/managedObjects/update/${id}` })
    const said = await device.received()
    assert.equal(said.length, 3)
    for (const each of said) assert.match(each, /collection cannot be changed over MQTT/)
  })

  test('a row cannot make a collection out of an object', async () => {
    await using scene = openScene()
    const device = await scene.connect('probe')
    device.subscribe('s/e', 's/dt')
    const path = `${templatesFragment}.requestTemplates`
    const rows = [
      `10,1,POST,INVENTORY,,c8y_SmartRest2DeviceIdentifier,${path},STRING,`,
      `10,2,PUT,INVENTORY,,false,c8y_Serial,${path},STRING,`,
    ]
    await device.publish(rows.join('\n'), { topic: 's/ut/acmeProto' })
    await device.publish('1,evil,x\n2,probe,x', { topic: 's/uc/acmeProto' })
    assert.deepEqual((await device.received()).slice(1), [
      's/e 41,1,A template collection cannot be changed over MQTT',
      's/e 41,2,A template collection cannot be changed over MQTT',
    ])
  })
})

describe('a change of the collection', () => {
  test('holds for the next row, also of a connected device; without it rows are refused', async () => {
    await using scene = openScene()
    const device = await openProbe(scene)
    await device.publish('802,acme_Core,,1', { topic: 's/ud' })
    const [object] = await scene.store
      .reader(firstTenant)
      .listManagedObjects({ fragmentType: templatesFragment }, all)
    const id = object?.id ?? assert.fail()
    const change = async (rows: string) => {
      const parsed = parseCollectionRows(rows)
      assert.ok(parsed.ok)
      const set = { [templatesFragment]: parsed.value.fragment }
      await scene.run((unit) => updateManagedObject(unit, id, { set }))
    }
    await change('10,802,POST,EVENT,true,acme_Now,,\n11,950,,text,text')
    await device.publish('802,changed', { topic: 's/ud' })
    const whole = { cascade: false, forceCascade: false, withDeviceUser: false }
    await scene.run((unit) => deleteManagedObject(unit, id, whole))
    await device.publish('802,gone', { topic: 's/ud' })
    assert.deepEqual(await device.received(), [
      's/dd 900,acme_Core',
      's/dd 950,changed',
      's/e 40,802,Template collection acmeProto does not exist',
    ])
  })
})

describe('any row of any collection', () => {
  const kinds = [
    'POST,MEASUREMENT,,,',
    'POST,EVENT,,,,',
    'POST,ALARM,,,,,,',
    'PUT,ALARM,true,,',
    'PUT,OPERATION,true,,',
    'PUT,INVENTORY,true,false,c8y_Serial',
    'PUT,INVENTORY,,true,',
    'PUT,INVENTORY,,false,',
    'POST,INVENTORY,true,acme_Code',
    'POST,INVENTORY,,',
    'GET,INVENTORY,,false,',
  ] as const
  const paths = [
    'a.b',
    'a[2].c',
    'type',
    'text',
    'time',
    'status',
    'id',
    'source.id',
    'name',
    'self',
  ]
  const valueTypes = ['STRING', 'DATE', 'NUMBER', 'INTEGER', 'UNSIGNED', 'FLAG', 'ALARMSTATUS', '']
  const aText = fc.oneof(
    fc.constantFrom('', '1', 'probe', 'c8y_Serial', 'MAJOR', 'active', '2032-02-01T08:15:00Z'),
    fc.string({ maxLength: 6 }).filter((text) => !/["\r\n,\u0000]/.test(text)),
  )
  const aTemplate = fc
    .record({
      kind: fc.constantFrom(...kinds),
      values: fc.array(fc.tuple(fc.constantFrom(...paths), fc.constantFrom(...valueTypes), aText), {
        maxLength: 3,
      }),
    })
    .map(({ kind, values }) => [kind, ...values.map((value) => value.join(','))].join(','))
  const aMessage = fc.record({
    template: fc.nat(3),
    child: fc.constantFrom('', '/probe_1'),
    fields: fc.array(aText, { maxLength: 6 }),
  })

  test('never throws, and where it is refused nothing but its device comes of it', async () => {
    let performed = 0
    await fc.assert(
      fc.asyncProperty(
        fc.array(aTemplate, { minLength: 1, maxLength: 4 }),
        fc.array(aMessage, { minLength: 1, maxLength: 4 }),
        async (templates, messages) => {
          const valid = templates.filter((each) => parseCollectionRows(`10,1,${each}`).ok)
          const rows = valid.map((template, index) => `10,${index},${template}`)
          await using scene = openScene()
          const device = await scene.connect('probe')
          device.subscribe('s/e', 's/dt', 's/dc/#')
          await device.publish([...rows, '11,9,,,*'].join('\n'), { topic: 's/ut/x' })
          await device.publish('100\n101,probe_1')
          assert.match((await device.received())[0] ?? '', /^s\/dt 20,x,/)
          for (const { template, child, fields } of messages) {
            const before = await everything(scene)
            const row = [template, ...fields].join(',')
            await device.publish(row, { topic: `s/uc/x${child}` })
            performed++
            const said = await device.received()
            if (said.some((message) => message.startsWith('s/e '))) {
              assert.deepEqual(await everything(scene), before, `${row} → ${said.join()}`)
            }
          }
          assert.deepEqual(scene.work.failures, [])
          assert.ok(scene.work.rowCodes.every((code) => code !== 50))
        },
      ),
      { numRuns: 60 },
    )
    assert.ok(performed > 0)
  })

  async function everything(scene: Scene): Promise<JsonObject> {
    const reader = scene.store.reader(firstTenant)
    return {
      objects: JSON.stringify(await reader.listManagedObjects({}, all)),
      measurements: await reader.countMeasurements({}),
      events: JSON.stringify(await reader.listEvents({}, all)),
      alarms: JSON.stringify(await reader.listAlarms({}, all)),
    }
  }
})
