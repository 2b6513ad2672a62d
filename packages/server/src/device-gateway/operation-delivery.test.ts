import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type {
  JsonObject,
  ManagedObjectId,
  Operation,
  OperationId,
  OperationStatus,
  Store,
  TenantReader,
} from '@pileus/domain'
import {
  addExternalId,
  createManagedObject,
  createOperation,
  deleteManagedObject,
  operationStatuses,
  templatesFragment,
  updateManagedObject,
  updateOperation,
  xIdType,
} from '@pileus/domain'
import { firstTenant } from '@pileus/testing'
import fc from 'fast-check'
import { putObject } from '../domain-rules/rules.fixture.ts'
import type { Device, Scene, SceneOptions } from './gateway.fixture.ts'
import { openScene, settled } from './gateway.fixture.ts'
import type { Qos } from './session-ports.ts'
import { covers } from './subscription-filters.ts'

interface Site extends Scene {
  readonly ids: Readonly<Record<string, ManagedObjectId>>
  /** Stores a collection whose only template says the text of a command under this message id. */
  define(xId: string, messageId: string): Promise<ManagedObjectId>
  findOperation(id: OperationId): Promise<Operation>
  /** Creates a command for the object and gives the operation's id. */
  order(name: string, text: string): Promise<OperationId>
  setStatus(id: OperationId, status: OperationStatus): Promise<void>
}

/** An agent `meter-8` with a child, a service below that, and a child that is an agent itself. */
async function openSite(options: SceneOptions = {}): Promise<Site> {
  const scene = openScene(options)
  const owner = 'device_meter-8'
  const ids = await scene.run(async (unit) => {
    const agent = { owner, fragments: { com_cumulocity_model_Agent: {} } }
    const root = await putObject(unit, 'meter-8', agent)
    const child = await putObject(unit, 'child', { owner })
    const service = await putObject(unit, 'service', { owner })
    const childAgent = await putObject(unit, 'childAgent', agent)
    await unit.repository.insertChild(root, 'childDevices', child)
    await unit.repository.insertChild(child, 'childAdditions', service)
    await unit.repository.insertChild(root, 'childDevices', childAgent)
    return { 'meter-8': root, child, service, childAgent }
  })
  return Object.assign(scene, {
    ids,
    async order(name: string, text: string) {
      const deviceId = ids[name as keyof typeof ids]
      const fragments: JsonObject = { c8y_Command: { text } }
      const created = await scene.run((unit) => createOperation(unit, deviceId, fragments))
      assert.ok(created.ok)
      return created.value.id
    },
    define: (xId: string, messageId: string) =>
      scene.run(async (unit) => {
        const fragments = { [templatesFragment]: commandTemplates(messageId) }
        const { id } = await createManagedObject(unit, { owner: 'maria', fragments })
        await addExternalId(unit, id, { type: xIdType, value: xId })
        return id
      }),
    async findOperation(id: OperationId) {
      const operation = await scene.store.reader(firstTenant).findOperation(id)
      assert.ok(operation)
      return operation
    },
    async setStatus(id: OperationId, status: OperationStatus) {
      await scene.run((unit) => updateOperation(unit, id, { status, fragments: {} }))
    },
  })
}

const command = (name: string, text: string) => `s/ds 511,${name},${text}`

const commandTemplates = (messageId: string): JsonObject => ({
  responseTemplates: [
    { msgId: messageId, condition: '$.c8y_Command', pattern: ['$.c8y_Command.text'] },
  ],
})

describe('operations are sent', () => {
  test('oldest first when a device subscribes, with those of all it speaks for', async () => {
    await using site = await openSite()
    await site.order('meter-8', 'a')
    await site.order('child', 'b')
    await site.order('service', 'c')
    await site.order('childAgent', 'd')
    const executing = await site.order('meter-8', 'e')
    await site.setStatus(executing, 'EXECUTING')
    const device = await site.connect('meter-8')
    device.subscribe('s/e', 's/ds')
    const expected = [command('meter-8', 'a'), command('child', 'b'), command('service', 'c')]
    assert.deepEqual(await device.received(), expected)
  })

  test('as soon as they are created, once', async () => {
    await using site = await openSite()
    const device = await site.connect('meter-8')
    device.subscribe('s/ds')
    await site.order('meter-8', 'a')
    await site.order('service', 'b')
    await site.order('childAgent', 'c')
    assert.deepEqual(await device.received(), [command('meter-8', 'a'), command('service', 'b')])
    await site.order('meter-8', 'd')
    assert.deepEqual(await device.received(), [command('meter-8', 'd')])
  })

  test('to the session of the agent, not to those of others', async () => {
    await using site = await openSite()
    const other = await site.connect('other')
    const child = await site.connect('child', 'device_meter-8')
    const childAgent = await site.connect('childAgent', 'device_meter-8')
    for (const device of [other, child, childAgent]) device.subscribe('s/ds')
    await site.order('child', 'a')
    await site.order('childAgent', 'b')
    assert.deepEqual(await other.received(), [])
    assert.deepEqual(await child.received(), [])
    assert.deepEqual(await childAgent.received(), [command('childAgent', 'b')])
  })

  test('again for every subscription, as long as they are pending', async () => {
    await using site = await openSite()
    const id = await site.order('meter-8', 'a')
    const device = await site.connect('meter-8')
    for (let subscription = 0; subscription < 2; subscription++) {
      device.subscribe('s/ds')
      assert.deepEqual(await device.received(), [command('meter-8', 'a')])
    }
    const again = await site.connect('meter-8')
    again.subscribe('s/ds')
    assert.deepEqual(await again.received(), [command('meter-8', 'a')])
    await site.setStatus(id, 'FAILED')
    again.subscribe('s/ds')
    assert.deepEqual(await again.received(), [])
  })

  test('once the device has come into being, if it subscribed before', async () => {
    await using site = await openSite()
    const device = await site.connect('new')
    device.subscribe('s/ds')
    await device.publish('100,New')
    await site.run(async (unit) => {
      const id = await unit.repository.findByExternalId({ type: 'c8y_Serial', value: 'new' })
      assert.ok(id)
      await createOperation(unit, id, { c8y_Restart: {} })
    })
    assert.deepEqual(await device.received(), ['s/ds 510,new'])
  })

  test('in no more packets than the window takes, the rest as it opens', async () => {
    await using site = await openSite()
    const texts = Array.from({ length: 50 }, (_, index) => `c${index}`)
    for (const text of texts) await site.order('meter-8', text)
    const device = await site.connect('meter-8', undefined, 3)
    device.subscribe('s/ds')
    const received = [...(await device.received())]
    assert.equal(received.length, 3)
    for (let turn = 0; turn < 60; turn++) {
      device.downlink.acknowledge()
      received.push(...(await device.received()))
    }
    assert.deepEqual(
      received,
      texts.map((text) => command('meter-8', text)),
    )
  })

  test('of QoS 0 as the device reads', async () => {
    await using site = await openSite()
    await site.order('meter-8', 'a')
    const device = await site.connect('meter-8')
    device.downlink.isBlocked = true
    device.session.subscribe([{ filter: 's/ds', qos: 0 }])
    device.session.subscribed()
    await site.order('meter-8', 'b')
    assert.deepEqual(await device.received(), [])
    device.downlink.unblock()
    assert.deepEqual(await device.received(), [command('meter-8', 'a'), command('meter-8', 'b')])
  })

  test('of QoS 0 although the window is full of others', async () => {
    await using site = await openSite()
    const device = await site.connect('meter-8', undefined, 1)
    device.subscribe('s/ds')
    await site.order('meter-8', 'a')
    await site.order('meter-8', 'b')
    assert.equal((await device.received()).length, 1)
    device.session.subscribe([{ filter: 's/ds', qos: 0 }])
    device.session.subscribed()
    assert.deepEqual(await device.received(), [command('meter-8', 'a'), command('meter-8', 'b')])
  })

  test('to nobody after the session has ended or the topic was left', async () => {
    await using site = await openSite()
    const ended = await site.connect('meter-8')
    ended.subscribe('s/ds')
    ended.session.closed('disconnect')
    const left = await site.connect('childAgent', 'device_meter-8')
    left.subscribe('s/ds')
    await left.received()
    left.session.unsubscribe(['s/ds'])
    await site.order('meter-8', 'a')
    await site.order('childAgent', 'b')
    assert.deepEqual([await ended.received(), await left.received()], [[], []])
  })

  test('also when the clock was set back', async () => {
    await using site = await openSite()
    const device = await site.connect('meter-8')
    device.subscribe('s/ds')
    await site.order('meter-8', 'a')
    await device.received()
    site.clock.advance(-3_600_000)
    await site.order('meter-8', 'b')
    assert.ok((await device.received()).includes(command('meter-8', 'b')))
    await site.order('meter-8', 'c')
    assert.ok((await device.received()).includes(command('meter-8', 'c')))
  })

  test('under the name that the object has: serial, any external id, internal id', async () => {
    await using site = await openSite()
    const [plain, other] = await site.run(async (unit) => {
      const { 'meter-8': root } = site.ids
      assert.ok(root)
      const made: ManagedObjectId[] = []
      for (const type of [undefined, 'acme_Name']) {
        const object = { owner: 'x', creationTime: 0, lastUpdated: 0, fragments: {} }
        const { id } = await unit.repository.insertManagedObject(object)
        if (type !== undefined) await unit.repository.insertExternalId({ type, value: 'Zed' }, id)
        await unit.repository.insertChild(root, 'childDevices', id)
        await createOperation(unit, id, { c8y_Restart: {} })
        made.push(id)
      }
      return made
    })
    assert.ok(plain && other)
    const device = await site.connect('meter-8')
    device.subscribe('s/ds')
    assert.deepEqual(await device.received(), [`s/ds 510,${plain}`, 's/ds 510,Zed'])
  })

  test('not where the topic has no form for them; those behind come all the same', async () => {
    await using site = await openSite()
    await site.run((unit) =>
      createOperation(unit, site.ids['meter-8'] as ManagedObjectId, { acme_Rinse: {} }),
    )
    const last = await site.order('meter-8', 'a')
    const device = await site.connect('meter-8')
    device.subscribe('s/ds')
    assert.deepEqual(await device.received(), [command('meter-8', 'a')])
    const operations = await site.store
      .reader(firstTenant)
      .listOperations({ statuses: ['PENDING'] }, { offset: 0, limit: 10 })
    assert.deepEqual(operations.map(({ id }) => id).at(-1), last)
    assert.equal(operations.length, 2)
    assert.equal(site.work.unsayable, 1)
  })

  test('unless no message could carry them: then they fail and say why', async () => {
    await using site = await openSite()
    const tooLong = await site.order('meter-8', 'x'.repeat(16_200))
    await site.order('meter-8', 'a')
    const device = await site.connect('meter-8')
    device.subscribe('s/ds')
    assert.deepEqual(await device.received(), [command('meter-8', 'a')])
    const operation = await site.store.reader(firstTenant).findOperation(tooLong)
    assert.equal(operation?.status, 'FAILED')
    assert.match(operation.failureReason ?? '', /16184 bytes/)
  })

  test('and their log tells when, and when the device had them', async () => {
    await using site = await openSite()
    const id = await site.order('meter-8', 'a')
    const device = await site.connect('meter-8')
    device.subscribe('s/ds')
    await settled()
    const sentAt = site.clock.now()
    site.clock.advance(250)
    device.downlink.acknowledge()
    await settled()
    const { delivery, status } = (await site.store.reader(firstTenant).findOperation(id)) ?? {}
    const time = sentAt + 250
    assert.deepEqual(delivery, {
      status: 'DELIVERED',
      time,
      log: [
        { status: 'SEND', time: sentAt },
        { status: 'DELIVERED', time },
      ],
    })
    assert.equal(status, 'PENDING')
  })
})

describe('row 500', () => {
  /** A device that subscribed long ago and has two operations of its own and two below. */
  async function openLine() {
    const site = await openSite()
    const device = await site.connect('meter-8')
    device.subscribe('s/ds')
    await site.order('meter-8', 'a')
    await site.order('child', 'b')
    await site.order('service', 'c')
    await device.received()
    site.clock.advance(60_000)
    return { site, device, [Symbol.asyncDispose]: () => site[Symbol.asyncDispose]() }
  }

  test('sends everything pending again', async () => {
    await using line = await openLine()
    for (let times = 0; times < 2; times++) {
      await line.device.publish('500')
      assert.equal((await line.device.received()).length, 3)
    }
  })

  test('on the topic of a child sends what is for it and below', async () => {
    await using line = await openLine()
    await line.device.publish('500', { topic: 's/us/child' })
    assert.deepEqual(await line.device.received(), [command('child', 'b'), command('service', 'c')])
    await line.device.publish('500', { topic: 's/us/service' })
    assert.deepEqual(await line.device.received(), [command('service', 'c')])
    await line.device.publish('500', { topic: 's/us/meter-8' })
    assert.equal((await line.device.received()).length, 3)
  })

  test('on the topic of a child that speaks for itself sends nothing', async () => {
    await using line = await openLine()
    await line.site.order('childAgent', 'd')
    await line.device.publish('500', { topic: 's/us/childAgent' })
    assert.deepEqual(await line.device.received(), [])
  })

  test('of more children than are remembered sends everything', async () => {
    await using line = await openLine()
    line.device.downlink.isBlocked = true
    for (let child = 0; child < 60; child++) {
      await line.device.publish('500', { topic: `s/us/other-${child}` })
    }
    line.device.downlink.unblock()
    const received = await line.device.received()
    assert.deepEqual(received, [
      command('meter-8', 'a'),
      command('child', 'b'),
      command('service', 'c'),
    ])
  })

  test('right after a SUBSCRIBE leaves out what that has sent, and nothing else', async () => {
    await using site = await openSite()
    const device = await site.connect('meter-8')
    await site.order('meter-8', 'a')
    device.subscribe('s/ds')
    assert.equal((await device.received()).length, 1)
    await site.order('meter-8', 'b')
    assert.equal((await device.received()).length, 1)
    await device.publish('500')
    assert.deepEqual(await device.received(), [command('meter-8', 'b')])
    await device.publish('500')
    assert.deepEqual(await device.received(), [command('meter-8', 'a'), command('meter-8', 'b')])
  })

  test('after a SUBSCRIBE counts as its first, also when the clock was set back', async () => {
    await using site = await openSite()
    const device = await site.connect('meter-8')
    await site.order('meter-8', 'a')
    device.subscribe('s/ds')
    await device.received()
    site.clock.advance(-3_600_000)
    await device.publish('500')
    assert.deepEqual(await device.received(), [command('meter-8', 'a')])
  })

  test('without a subscription sends nothing', async () => {
    await using site = await openSite()
    const device = await site.connect('meter-8')
    await site.order('meter-8', 'a')
    await device.publish('500')
    assert.deepEqual(await device.received(), [])
  })
})

const everyTopic = ['s/ds', 'devicecontrol/notifications', 's/dc/meters', 's/dd', 's/dc/#'] as const

describe('an operation takes the form of each topic', () => {
  test('on all that are subscribed, and its log tells it once', async () => {
    await using site = await openSite()
    await site.define('meters', '901')
    await site.define('pumps', '77')
    await site.define('own', '5')
    const device = await site.connect('d:meter-8:own', 'device_meter-8')
    device.subscribe(...everyTopic)
    await device.received()
    const id = await site.order('child', 'a')
    const received = await device.received()
    const json = received.find((message) => message.startsWith('devicecontrol/notifications '))
    assert.deepEqual(received.filter((message) => message !== json).toSorted(), [
      's/dc/meters 901,child,a',
      's/dc/own 5,child,a',
      's/dc/pumps 77,child,a',
      's/dd 5,child,a',
      command('child', 'a'),
    ])
    assert.ok(json)
    for (let message = 0; message < received.length; message++) device.downlink.acknowledge()
    await settled()
    const { delivery } = await site.findOperation(id)
    const statuses = delivery.log.map(({ status }) => status)
    assert.deepEqual(statuses, ['SEND', 'DELIVERED'])
    assert.deepEqual([site.work.sent, site.work.acknowledged], [1, 1])
  })

  test('of JSON: a line with all members, the target by its name, and the delivery', async () => {
    await using site = await openSite()
    await site.run((unit) =>
      updateManagedObject(unit, site.ids.child as ManagedObjectId, { set: { name: 'Line 1' } }),
    )
    for (const topic of ['devicecontrol/notifications', 'notification/operations']) {
      const device = await site.connect('meter-8')
      device.subscribe(topic)
      const id = await site.run(async (unit) => {
        const deviceId = site.ids.child as ManagedObjectId
        const fragments = {
          description: 'Two\nlines',
          profileId: '7',
          acme_Tariff: { price: 0.11 },
        }
        const created = await createOperation(unit, deviceId, fragments)
        assert.ok(created.ok)
        return created.value.id
      })
      const [message = '', ...others] = await device.received()
      assert.deepEqual(others, [])
      const payload = message.slice(topic.length + 1)
      assert.equal(message, `${topic} ${payload}`)
      assert.equal(payload, JSON.stringify(JSON.parse(payload)))
      const time = new Date(site.clock.now()).toISOString()
      assert.deepEqual(JSON.parse(payload), {
        id,
        deviceId: site.ids.child,
        deviceName: 'Line 1',
        agentId: site.ids['meter-8'],
        status: 'PENDING',
        creationTime: time,
        description: 'Two\nlines',
        profileId: '7',
        acme_Tariff: { price: 0.11 },
        externalSource: { externalId: 'child', type: 'c8y_Serial' },
        delivery: { status: 'PENDING', time, log: [] },
      })
      await site.setStatus(id, 'FAILED')
    }
  })

  test('of JSON, whose target is named by whatever external id there is, or not at all', async () => {
    await using site = await openSite()
    await site.run(async (unit) => {
      for (const type of [undefined, 'acme_Name']) {
        const { id } = await createManagedObject(unit, { owner: 'x', fragments: {} })
        if (type !== undefined) await unit.repository.insertExternalId({ type, value: 'Zed' }, id)
        const root = site.ids['meter-8'] as ManagedObjectId
        await unit.repository.insertChild(root, 'childDevices', id)
        // What a program has written there is not believed.
        await createOperation(unit, id, { c8y_Restart: {}, externalSource: { externalId: 'x' } })
      }
    })
    const device = await site.connect('meter-8')
    device.subscribe('devicecontrol/notifications')
    const sources = (await device.received()).map(
      (message) => JSON.parse(message.slice(message.indexOf('{'))).externalSource,
    )
    assert.deepEqual(sources, [undefined, { externalId: 'Zed', type: 'acme_Name' }])
  })

  test('of a collection: all its rows in one message', async () => {
    await using site = await openSite()
    const id = await site.define('meters', '901')
    const { responseTemplates } = commandTemplates('901') as { responseTemplates: JsonObject[] }
    const second = { msgId: '902', pattern: ['$.deviceId', '$.missing', '$.status'] }
    const both = { responseTemplates: [...responseTemplates, second] }
    await site.run((unit) => updateManagedObject(unit, id, { set: { [templatesFragment]: both } }))
    const device = await site.connect('meter-8')
    device.subscribe('s/dc/meters')
    await site.order('child', 'a,b')
    assert.deepEqual(await device.received(), [
      `s/dc/meters 901,child,"a,b"\n902,child,${site.ids.child},,PENDING`,
    ])
  })

  test('of a collection as it is when the operation is sent', async () => {
    await using site = await openSite()
    const device = await site.connect('d:meter-8:meters', 'device_meter-8')
    const topics = ['s/dc/meters', 's/dd', 's/dc/#']
    device.subscribe(...topics)
    await site.order('meter-8', 'a')
    assert.deepEqual(await device.received(), [], 'there is none yet')
    const id = await site.define('meters', '901')
    await site.order('meter-8', 'b')
    const second = (await device.received()).toSorted()
    assert.deepEqual(second, ['s/dc/meters 901,meter-8,b', 's/dd 901,meter-8,b'])
    await site.run((unit) =>
      updateManagedObject(unit, id, { set: { [templatesFragment]: commandTemplates('902') } }),
    )
    await site.order('meter-8', 'c')
    const third = (await device.received()).toSorted()
    assert.deepEqual(third, ['s/dc/meters 902,meter-8,c', 's/dd 902,meter-8,c'])
    await site.run((unit) =>
      deleteManagedObject(unit, id, {
        cascade: false,
        forceCascade: false,
        withDeviceUser: false,
      }),
    )
    await site.order('meter-8', 'd')
    assert.deepEqual(await device.received(), [], 'there is none any more')
    await site.define('meters', '903')
    await device.publish('500')
    const again = await device.received()
    assert.deepEqual(
      again.filter((message) => message.startsWith('s/dc/meters ')),
      ['a', 'b', 'c', 'd'].map((text) => `s/dc/meters 903,meter-8,${text}`),
      'what waited comes through it',
    )
  })

  test('that fits, although another is too long', async () => {
    await using site = await openSite()
    const device = await site.connect('meter-8')
    await site.run((unit) =>
      createManagedObject(unit, {
        owner: 'maria',
        fragments: {
          [templatesFragment]: { responseTemplates: [{ msgId: '9', pattern: ['id'] }] },
        },
      }).then(({ id }) => addExternalId(unit, id, { type: xIdType, value: 'ids' })),
    )
    device.subscribe('s/ds', 's/dc/ids')
    const id = await site.order('meter-8', 'x'.repeat(16_200))
    assert.deepEqual(await device.received(), [`s/dc/ids 9,meter-8,${id}`])
    device.subscribe('s/ds')
    assert.deepEqual(await device.received(), [], 'the other topic has had it')
    assert.equal(site.work.unsayable, 0)
    assert.equal((await site.findOperation(id)).status, 'PENDING')
    device.session.unsubscribe(['s/dc/ids'])
    site.clock.advance(60_000)
    await device.publish('500')
    assert.deepEqual(await device.received(), [])
    assert.equal((await site.findOperation(id)).status, 'FAILED', 'no topic is left')
  })

  test('and fails when the only form there is is too long', async () => {
    await using site = await openSite()
    const device = await site.connect('meter-8')
    device.subscribe('s/ds', 's/dc/nowhere', 'devicecontrol/notifications')
    const id = await site.run(async (unit) => {
      const deviceId = site.ids['meter-8'] as ManagedObjectId
      const created = await createOperation(unit, deviceId, { acme_Rinse: 'x'.repeat(16_200) })
      assert.ok(created.ok)
      return created.value.id
    })
    assert.deepEqual(await device.received(), [])
    assert.equal((await site.findOperation(id)).status, 'FAILED')
  })
})

describe('filters that overlap', () => {
  const qosOfAll = async (device: Device) => {
    await settled()
    return device.downlink.sent.splice(0).map(({ topic, qos }) => `${topic} ${qos}`)
  }

  test('deliver once, with the higher QoS', async () => {
    await using site = await openSite()
    await site.define('meters', '901')
    await site.define('pumps', '77')
    for (const [all, one] of [
      [0, 2],
      [2, 0],
    ] as const) {
      const device = await site.connect('meter-8')
      device.session.subscribe([
        { filter: 's/dc/meters', qos: one },
        { filter: 's/dc/#', qos: all },
      ])
      device.session.subscribed()
      const id = await site.order('meter-8', 'a')
      assert.deepEqual((await qosOfAll(device)).toSorted(), ['s/dc/meters 2', `s/dc/pumps ${all}`])
      await site.setStatus(id, 'FAILED')
    }
  })

  test('repeat what the new one of them covers', async () => {
    await using site = await openSite()
    await site.define('meters', '901')
    await site.define('pumps', '77')
    const device = await site.connect('meter-8')
    device.subscribe('s/dc/meters')
    await site.order('meter-8', 'a')
    assert.deepEqual(await device.received(), ['s/dc/meters 901,meter-8,a'])
    device.subscribe('s/dc/#')
    const both = ['s/dc/meters 901,meter-8,a', 's/dc/pumps 77,meter-8,a']
    assert.deepEqual((await device.received()).toSorted(), both)
    device.subscribe('s/dc/meters')
    assert.deepEqual(await device.received(), ['s/dc/meters 901,meter-8,a'])
  })

  test('leave nothing out when the narrower one is left', async () => {
    await using site = await openSite()
    await site.define('meters', '901')
    const device = await site.connect('meter-8', undefined, 1)
    device.subscribe('s/dc/#')
    await site.order('meter-8', 'a')
    await site.order('meter-8', 'b')
    assert.deepEqual(await device.received(), ['s/dc/meters 901,meter-8,a'])
    device.subscribe('s/dc/meters')
    device.downlink.acknowledge()
    await device.received()
    device.session.unsubscribe(['s/dc/meters'])
    const received: string[] = []
    for (let turn = 0; turn < 4; turn++) {
      device.downlink.acknowledge()
      received.push(...(await device.received()))
    }
    assert.ok(received.includes('s/dc/meters 901,meter-8,b'))
    device.session.unsubscribe(['s/dc/#'])
    await site.order('meter-8', 'c')
    assert.deepEqual(await device.received(), [])
  })
})

describe('several topics', () => {
  const json = 'devicecontrol/notifications'
  const topicsOf = (messages: readonly string[]) =>
    messages.map((message) => message.slice(0, message.indexOf(' ')))

  test('are repeated one by one by SUBSCRIBE, all by 500, but for what a SUBSCRIBE just sent', async () => {
    await using site = await openSite()
    const id = await site.order('meter-8', 'a')
    const device = await site.connect('meter-8')
    device.subscribe('s/ds')
    assert.deepEqual(topicsOf(await device.received()), ['s/ds'])
    site.clock.advance(60_000)
    device.subscribe(json)
    assert.deepEqual(topicsOf(await device.received()), [json])
    await device.publish('500')
    assert.deepEqual(topicsOf(await device.received()), ['s/ds'])
    await device.publish('500')
    assert.deepEqual(topicsOf(await device.received()), ['s/ds', json])
    const { delivery } = await site.findOperation(id)
    assert.equal(delivery.log.length, 4, 'two subscriptions and two 500')
  })

  test('share what is read of the store', async () => {
    const reads = gated()
    await using site = await openSite(reads)
    const device = await site.connect('d:meter-8:own', 'device_meter-8')
    device.subscribe(...everyTopic)
    await device.received()
    const before = reads.count
    await site.order('meter-8', 'a')
    await device.received()
    assert.equal(reads.count, before + 1)
  })

  test('with room for less than one operation send each form once', async () => {
    await using site = await openSite()
    await site.define('meters', '901')
    await site.define('pumps', '77')
    const device = await site.connect('meter-8', undefined, 1)
    device.subscribe('s/ds', 's/dc/#', json)
    const ids = [await site.order('meter-8', 'a'), await site.order('meter-8', 'b')]
    const received: string[] = []
    for (let turn = 0; turn < 10; turn++) {
      received.push(...(await device.received()))
      device.downlink.acknowledge()
    }
    const one = ['s/ds', 's/dc/meters', 's/dc/pumps', json]
    assert.deepEqual(topicsOf(received), [...one, ...one])
    for (const id of ids) {
      const { delivery } = await site.findOperation(id)
      assert.deepEqual(
        delivery.log.map(({ status }) => status),
        ['SEND', 'DELIVERED'],
      )
    }
  })

  test('of which a part was sent begin anew after a 500', async () => {
    await using site = await openSite()
    const device = await site.connect('meter-8', undefined, 1)
    device.subscribe('s/ds', json)
    await device.received()
    site.clock.advance(60_000)
    const id = await site.order('meter-8', 'a')
    assert.deepEqual(topicsOf(await device.received()), ['s/ds'])
    await device.publish('500')
    const received: string[] = []
    for (let turn = 0; turn < 4; turn++) {
      device.downlink.acknowledge()
      received.push(...(await device.received()))
    }
    assert.deepEqual(topicsOf(received), ['s/ds', json])
    const { delivery } = await site.findOperation(id)
    assert.equal(delivery.log.filter(({ status }) => status === 'SEND').length, 2)
  })

  test('do not keep a new operation waiting for what a subscription repeats', async () => {
    await using site = await openSite()
    const device = await site.connect('meter-8', undefined, 2)
    device.subscribe('s/ds')
    for (let count = 0; count < 30; count++) await site.order('meter-8', `old${count}`)
    for (let turn = 0; turn < 40; turn++) {
      await device.received()
      device.downlink.acknowledge()
    }
    device.subscribe(json)
    assert.deepEqual(topicsOf(await device.received()), [json, json])
    await site.order('meter-8', 'new')
    await settled()
    device.downlink.acknowledge()
    assert.deepEqual(await device.received(), [command('meter-8', 'new')])
  })
})

/** A store whose reads of pending operations wait, or fail, as the test says. */
function gated() {
  let gate: PromiseWithResolvers<void> | undefined
  let error: Error | undefined
  let count = 0
  return {
    /** How often pending operations were read. */
    get count(): number {
      return count
    },
    hold(): void {
      gate = Promise.withResolvers()
    },
    release(): void {
      gate?.resolve()
      gate = undefined
    },
    fail(with_: Error | undefined): void {
      error = with_
    },
    storeOf(store: Store): Store {
      const readerOf = (reader: TenantReader): TenantReader =>
        Object.create(reader, {
          listPendingOperationsBelow: {
            value: async (query: Parameters<TenantReader['listPendingOperationsBelow']>[0]) => {
              if (error !== undefined) throw error
              count++
              const operations = await reader.listPendingOperationsBelow(query)
              await gate?.promise
              return operations
            },
          },
        })
      return { ...store, reader: (tenantId) => readerOf(store.reader(tenantId)) }
    },
  }
}

describe('while operations are being read', () => {
  test('a topic that is left gets none of them', async () => {
    const reads = gated()
    await using site = await openSite(reads)
    await site.order('meter-8', 'a')
    const device = await site.connect('meter-8')
    reads.hold()
    device.subscribe('s/ds')
    await settled()
    device.session.unsubscribe(['s/ds'])
    reads.release()
    assert.deepEqual(await device.received(), [])
  })

  test('a topic that is subscribed anew gets all of them, once, in the new QoS', async () => {
    const reads = gated()
    await using site = await openSite(reads)
    await site.order('meter-8', 'a')
    await site.order('meter-8', 'b')
    const device = await site.connect('meter-8')
    reads.hold()
    device.subscribe('s/ds')
    await settled()
    device.session.subscribe([{ filter: 's/ds', qos: 2 }])
    device.session.subscribed()
    reads.release()
    await settled()
    assert.deepEqual(
      device.downlink.sent.map(({ payload, qos }) => [payload, qos]),
      [
        ['511,meter-8,a', 2],
        ['511,meter-8,b', 2],
      ],
    )
  })

  test('one that is created is not missed', async () => {
    const reads = gated()
    await using site = await openSite(reads)
    const device = await site.connect('meter-8')
    reads.hold()
    device.subscribe('s/ds')
    await settled()
    await site.order('meter-8', 'late')
    await settled()
    reads.release()
    assert.deepEqual(await device.received(), [command('meter-8', 'late')])
  })

  test('a 500 has them read again from the start', async () => {
    const reads = gated()
    await using site = await openSite(reads)
    await site.order('meter-8', 'a')
    const device = await site.connect('meter-8')
    device.subscribe('s/ds')
    await device.received()
    site.clock.advance(60_000)
    reads.hold()
    await site.order('meter-8', 'b')
    await settled()
    await device.publish('500')
    reads.release()
    const received = await device.received()
    assert.deepEqual(received, [command('meter-8', 'a'), command('meter-8', 'b')])
  })

  test('the end of the session ends it', async () => {
    const reads = gated()
    await using site = await openSite(reads)
    await site.order('meter-8', 'a')
    const device = await site.connect('meter-8')
    reads.hold()
    device.subscribe('s/ds')
    await settled()
    device.session.closed('connectionLost')
    reads.release()
    assert.deepEqual(await device.received(), [])
    assert.deepEqual(site.work.failures, [])
  })
})

describe('a store that fails', () => {
  test('ends the connection, and the next one gets everything', async () => {
    const reads = gated()
    await using site = await openSite(reads)
    const device = await site.connect('meter-8')
    device.subscribe('s/ds')
    await device.received()
    reads.fail(new Error('the disk is gone'))
    await site.order('meter-8', 'a')
    assert.deepEqual(await device.received(), [])
    assert.ok(device.downlink.closedWith)
    assert.deepEqual(
      site.work.failures.map(({ activity }) => activity),
      ['deliverOperations'],
    )
    reads.fail(undefined)
    const again = await site.connect('meter-8')
    again.subscribe('s/ds')
    assert.deepEqual(await again.received(), [command('meter-8', 'a')])
  })

  test('when it is asked whom an operation is for has every session look', async () => {
    let isFailing = false
    await using site = await openSite({
      storeOf: (store) => ({
        ...store,
        reader: (tenantId) =>
          Object.create(store.reader(tenantId), {
            listExternalIds: {
              value: (id: ManagedObjectId) => {
                if (isFailing) {
                  isFailing = false
                  throw new Error('no answer')
                }
                return store.reader(tenantId).listExternalIds(id)
              },
            },
          }),
      }),
    })
    const device = await site.connect('meter-8')
    const other = await site.connect('other')
    for (const each of [device, other]) each.subscribe('s/ds')
    isFailing = true
    await site.order('meter-8', 'a')
    assert.deepEqual(await device.received(), [command('meter-8', 'a')])
    assert.deepEqual(await other.received(), [])
    assert.deepEqual(
      site.work.failures.map(({ activity }) => activity),
      ['findSession'],
    )
  })
})

describe('any course of subscriptions, orders, reports and acknowledgements', () => {
  const filters = ['s/ds', 'devicecontrol/notifications', 's/dc/meters', 's/dc/#'] as const
  const topics = ['s/ds', 'devicecontrol/notifications', 's/dc/meters', 's/dc/pumps'] as const
  const aFilter = fc.constantFrom(...filters)
  const aStep = fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({
        do: fc.constant('order' as const),
        of: fc.constantFrom('meter-8', 'child', 'service'),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        do: fc.constant('subscribe' as const),
        filters: fc.uniqueArray(aFilter, { minLength: 1, maxLength: 3 }),
        qos: fc.constantFrom<Qos>(0, 1, 2),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ do: fc.constant('unsubscribe' as const), filter: aFilter }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        do: fc.constant('ask' as const),
        of: fc.constantFrom('meter-8', 'child'),
      }),
    },
    { weight: 4, arbitrary: fc.record({ do: fc.constant('acknowledge' as const) }) },
    {
      weight: 2,
      arbitrary: fc.record({
        do: fc.constant('report' as const),
        index: fc.nat({ max: 9 }),
        status: fc.constantFrom(...operationStatuses),
      }),
    },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('reconnect' as const) }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('settle' as const) }) },
    {
      weight: 1,
      arbitrary: fc.record({
        do: fc.constant('wait' as const),
        ms: fc.constantFrom(1, 11_000, -5000),
      }),
    },
  )

  test('brings everything pending to each topic, in order, and nothing that is over', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(aStep, { maxLength: 40 }),
        fc.integer({ min: 1, max: 4 }),
        async (steps, window) => {
          await using site = await openSite()
          await site.define('meters', '901')
          await site.define('pumps', '902')
          let device: Device = await site.connect('meter-8', undefined, window)
          const ids: OperationId[] = []
          const subscribed = new Set<string>()
          /** What the last subscription has brought to a topic, by the number in its text. */
          const brought = new Map<string, number[]>()
          let isClockTrue = true
          const collect = async () => {
            const messages = await device.received()
            for (const message of messages) {
              const topic = message.slice(0, message.indexOf(' '))
              const index = Number(/(?:,|"text":")(\d+)(?:"|$)/.exec(message)?.[1])
              assert.ok(ids[index], message)
              const ofTopic = brought.get(topic)
              assert.ok(ofTopic, `nobody subscribed ${message}`)
              ofTopic.push(index)
            }
            return messages.length
          }
          /** Topics of a filter begin anew; those that no filter covers any more are gone. */
          const onSubscriptions = (filter: string) => {
            for (const topic of topics) {
              if (![...subscribed].some((each) => covers(each, topic))) brought.delete(topic)
              else if (subscribed.has(filter) && covers(filter, topic)) brought.set(topic, [])
            }
          }
          for (const step of steps) {
            switch (step.do) {
              case 'order':
                ids.push(await site.order(step.of, String(ids.length)))
                break
              case 'subscribe': {
                await collect()
                const { qos } = step
                device.session.subscribe(step.filters.map((filter) => ({ filter, qos })))
                for (const filter of step.filters) {
                  subscribed.add(filter)
                  onSubscriptions(filter)
                }
                device.session.subscribed()
                break
              }
              case 'unsubscribe':
                await collect()
                device.session.unsubscribe([step.filter])
                subscribed.delete(step.filter)
                onSubscriptions(step.filter)
                break
              case 'ask':
                await device.publish('500', { topic: `s/us/${step.of}` })
                break
              case 'acknowledge':
                device.downlink.acknowledge()
                break
              case 'report': {
                await collect()
                const id = ids[step.index]
                if (id !== undefined) await site.setStatus(id, step.status)
                break
              }
              case 'reconnect':
                device.session.closed('disconnect')
                device = await site.connect('meter-8', undefined, window)
                subscribed.clear()
                brought.clear()
                break
              case 'settle':
                await collect()
                break
              case 'wait':
                if (step.ms < 0) isClockTrue = false
                site.clock.advance(step.ms)
                break
            }
          }
          // The device reads and acknowledges until nothing more comes.
          const readAll = async () => {
            for (let quiet = 0; quiet <= window; quiet++) {
              device.downlink.acknowledge()
              if ((await collect()) > 0) quiet = -1
            }
          }
          await readAll()
          const operations = await Promise.all(ids.map((id) => site.findOperation(id)))
          const indexes = [...ids.keys()]
          const pending = indexes.filter((index) => operations[index]?.status === 'PENDING')
          for (const [topic, ofTopic] of brought) {
            const missing = pending.filter((index) => !ofTopic.includes(index))
            assert.deepEqual(missing, [], `all of them on ${topic}`)
            // Each for the first time in order; what is repeated was asked for.
            const first = [...new Set(ofTopic)]
            if (isClockTrue) assert.deepEqual(first, first.toSorted(byNumber), topic)
          }
          // What is over is not sent once more, whatever is asked.
          for (const topic of brought.keys()) brought.set(topic, [])
          site.clock.advance(60_000)
          await device.publish('500')
          await readAll()
          for (const [topic, ofTopic] of brought) {
            assert.deepEqual([...new Set(ofTopic)].toSorted(byNumber), pending, topic)
          }
        },
      ),
      { numRuns: 60 },
    )
  })
})

const byNumber = (left: number, right: number) => left - right

test('an object that is deleted takes its operations out of the way', async () => {
  await using site = await openSite()
  await site.order('child', 'a')
  await site.order('meter-8', 'b')
  await site.run((unit) =>
    deleteManagedObject(unit, site.ids.child as ManagedObjectId, {
      cascade: false,
      forceCascade: false,
      withDeviceUser: false,
    }),
  )
  const device = await site.connect('meter-8')
  device.subscribe('s/ds')
  assert.deepEqual(await device.received(), [command('meter-8', 'b')])
})
