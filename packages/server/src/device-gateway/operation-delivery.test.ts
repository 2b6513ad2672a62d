import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type {
  JsonObject,
  ManagedObjectId,
  OperationId,
  OperationStatus,
  Store,
  TenantReader,
} from '@pileus/domain'
import {
  createOperation,
  deleteManagedObject,
  isFinal,
  operationStatuses,
  updateOperation,
} from '@pileus/domain'
import { firstTenant } from '@pileus/testing'
import fc from 'fast-check'
import { putObject } from '../domain-rules/rules.fixture.ts'
import type { Device, Scene, SceneOptions } from './gateway.fixture.ts'
import { openScene, settled } from './gateway.fixture.ts'

interface Site extends Scene {
  readonly ids: Readonly<Record<string, ManagedObjectId>>
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
    async setStatus(id: OperationId, status: OperationStatus) {
      await scene.run((unit) => updateOperation(unit, id, { status, fragments: {} }))
    },
  })
}

const command = (name: string, text: string) => `s/ds 511,${name},${text}`

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

/** A store whose reads of pending operations wait, or fail, as the test says. */
function gated() {
  let gate: PromiseWithResolvers<void> | undefined
  let error: Error | undefined
  return {
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
  const aStep = fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({
        do: fc.constant('order' as const),
        of: fc.constantFrom('meter-8', 'child', 'service'),
      }),
    },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('subscribe' as const) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('unsubscribe' as const) }) },
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

  test('brings everything pending, in order, and nothing that is over', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(aStep, { maxLength: 40 }),
        fc.integer({ min: 1, max: 4 }),
        async (steps, window) => {
          await using site = await openSite()
          let device: Device = await site.connect('meter-8', undefined, window)
          const ids: OperationId[] = []
          let isSubscribed = false
          /** What this subscription has brought, by the number in its text. */
          let brought: number[] = []
          let isClockTrue = true
          const collect = async () => {
            for (const message of await device.received()) {
              const index = Number(/,(\d+)$/.exec(message)?.[1])
              brought.push(index)
              const id = ids[index]
              assert.ok(id, message)
            }
          }
          for (const step of steps) {
            switch (step.do) {
              case 'order':
                ids.push(await site.order(step.of, String(ids.length)))
                break
              case 'subscribe':
                await collect()
                brought = []
                isSubscribed = true
                device.subscribe('s/ds')
                break
              case 'unsubscribe':
                device.session.unsubscribe(['s/ds'])
                await settled()
                device.downlink.take()
                isSubscribed = false
                brought = []
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
                const sentBefore = device.downlink.sent.length
                assert.equal(sentBefore, 0)
                break
              }
              case 'reconnect':
                device.session.closed('disconnect')
                device = await site.connect('meter-8', undefined, window)
                isSubscribed = false
                brought = []
                break
              case 'settle':
                await collect()
                break
              case 'wait':
                if (step.ms < 0) isClockTrue = false
                site.clock.advance(step.ms)
                break
            }
            if (!isSubscribed) assert.deepEqual(await device.received(), [])
          }
          // The device reads and acknowledges until nothing more comes.
          for (let turn = 0; turn < 3 * ids.length + 3; turn++) {
            device.downlink.acknowledge()
            await collect()
          }
          if (!isSubscribed) return
          const pending: number[] = []
          for (const [index, id] of ids.entries()) {
            const status = (await site.store.reader(firstTenant).findOperation(id))?.status
            assert.ok(status)
            if (status === 'PENDING') pending.push(index)
            else if (isFinal(status)) assert.ok(await staysQuiet(site, device, brought, index))
          }
          const first = [...new Set(brought)]
          assert.deepEqual(
            pending.filter((index) => !brought.includes(index)),
            [],
            'all of them',
          )
          if (isClockTrue) {
            // Each for the first time in order; what is repeated was asked for.
            assert.deepEqual(
              first,
              first.toSorted((left, right) => left - right),
            )
          }
        },
      ),
      { numRuns: 60 },
    )
  })
})

/** A finished operation is not sent once more, whatever is asked. */
async function staysQuiet(
  site: Site,
  device: Device,
  brought: readonly number[],
  index: number,
): Promise<boolean> {
  site.clock.advance(60_000)
  await device.publish('500')
  const again = (await device.received()).map((message) => Number(/,(\d+)$/.exec(message)?.[1]))
  for (let turn = 0; turn < again.length + brought.length + 3; turn++) device.downlink.acknowledge()
  return !again.includes(index)
}

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
