import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { firstTenant } from '@pileus/testing'
import fc from 'fast-check'
import { openScene, settled } from './gateway.fixture.ts'
import { stumbling } from './stumbling-store.fixture.ts'

const all = { offset: 0, limit: 1000 }

describe('error lines', () => {
  // The lines that mqtt-endpoint §10.1 gives, literally.
  const cases = [
    { payload: '999,x', line: '40,999,No static template for this message id' },
    { payload: '100,x', line: '41,100,Device already existing' },
    { payload: '101', line: '45,101,Column 1 (child id) is required' },
    { payload: '200,a,b,x', line: '45,200,"Column 3 (value) must be a number, not \\"x\\""' },
    { payload: '306,acme_Leak', line: '41,306,No unresolved alarm of type acme_Leak' },
    {
      payload: '502,acme_Rinse',
      line: '41,502,No EXECUTING operation with fragment acme_Rinse',
    },
    {
      payload: '504,70112',
      line: '41,504,Operation with id 70112 for device id 1001 not found',
    },
    { payload: '400,acme,"open', line: '42,400,The quoted value in column 2 is not closed' },
    {
      topic: 's/us/foreign',
      payload: '211,25',
      line: '41,211,Device foreign does not belong to this connection',
    },
    {
      topic: 's/uc/acmeProto',
      payload: '77,a',
      line: '40,77,Template collection acmeProto does not exist',
    },
    {
      topic: 's/ud',
      payload: '77',
      line: '40,77,The client id names no default template collection',
    },
    {
      topic: 's/what',
      payload: 'x',
      line: '41,,Publishing to topic s/what is not supported',
    },
    { topic: 's/ucr', payload: '', line: '41,,Only a bootstrap session can ask for credentials' },
    { payload: '104,up', line: '41,104,Object meter-8 is not a service' },
    { payload: '407,acme,a', line: '41,407,No event of type acme' },
    { payload: '\u0000', line: '40,\u0000,No static template for this message id' },
  ] as const

  for (const { payload, line, ...rest } of cases) {
    const topic = 'topic' in rest ? rest.topic : 's/us'
    test(`${topic} ${payload} → ${line}`, async () => {
      await using scene = openScene()
      const device = await scene.connect('meter-8')
      await device.publish('100,Meter')
      const foreign = await scene.connect('other')
      await foreign.publish('101,foreign')
      device.subscribe('s/e')
      await device.publish(payload, { topic })
      assert.deepEqual(await device.received(), [`s/e ${line}`])
    })
  }

  test('say that an operation is over, and how', async () => {
    await using scene = openScene()
    const device = await scene.connect('meter-8')
    await device.publish('100,Meter')
    const id = await scene.run(async (unit) => {
      const found = await unit.repository.findByExternalId({ type: 'c8y_Serial', value: 'meter-8' })
      assert.ok(found)
      const operation = await unit.repository.insertOperation({
        deviceId: found,
        agentId: found,
        status: 'SUCCESSFUL',
        creationTime: unit.now,
        statusChanges: [],
        delivery: { status: 'PENDING', time: unit.now, log: [] },
        fragments: { a: 1 },
      })
      return operation.id
    })
    device.subscribe('s/e')
    await device.publish(`506,${id}`)
    assert.deepEqual(await device.received(), [`s/e 41,506,Operation ${id} is already SUCCESSFUL`])
  })

  test('go to those who subscribed only', async () => {
    await using scene = openScene()
    const device = await scene.connect('meter-8')
    await device.publish('999')
    assert.deepEqual(await device.received(), [])
    assert.equal(scene.work.errorLinesDropped, 0)
    assert.deepEqual(scene.work.rowCodes, [40])
  })

  test('are at most ten in a second; more are counted', async () => {
    await using scene = openScene()
    const device = await scene.connect('meter-8')
    device.subscribe('s/e')
    await device.publish(Array.from({ length: 25 }, (_, index) => `9${index + 10}`).join('\n'))
    assert.equal((await device.received()).length, 10)
    assert.equal(scene.work.errorLinesDropped, 15)
    scene.clock.advance(1000)
    await device.publish('999')
    assert.equal((await device.received()).length, 1)
  })

  test('do not repeat a long value that the device sent', async () => {
    await using scene = openScene()
    const device = await scene.connect('meter-8')
    device.subscribe('s/e')
    await device.publish(`501,${'x'.repeat(15_000)}`)
    const [line = ''] = await device.received()
    assert.ok(line.startsWith('s/e 41,501,No PENDING operation with fragment xxx'))
    assert.ok(line.length < 200)
  })
})

describe('a message', () => {
  test('of many rows loses the bad ones only, and answers in the order of its rows', async () => {
    await using scene = openScene()
    const device = await scene.connect('meter-8')
    device.subscribe('s/e', 's/ds')
    await device.publish('100,Meter\n600\n999\n211,25\n123\n211,warm\n400,"open')
    assert.deepEqual(await device.received(), [
      's/ds 601,1.2.3',
      's/e 40,999,No static template for this message id',
      's/ds 124,1001',
      's/e 45,211,"Column 1 (temperature) must be a number, not \\"warm\\""',
      's/e 42,400,The quoted value in column 1 is not closed',
    ])
    const reader = scene.store.reader(firstTenant)
    assert.equal(await reader.countMeasurements({}), 1)
    const refused = scene.work.rowCodes.filter((code) => code !== 0)
    assert.deepEqual([refused, scene.work.rowCodes.length], [[40, 45, 42], 7])
  })

  test('is answered in its turn, also where nothing has to be stored for it', async () => {
    await using scene = openScene()
    const device = await scene.connect('meter-8')
    device.subscribe('s/e', 's/ds', 'error', 's/dt')
    await Promise.all([
      device.publish('123'),
      device.publish('', { topic: 's/ucr' }),
      device.publish('999'),
      device.publish('{}', { topic: 'some/where' }),
      device.publish('77', { topic: 's/uc/x' }),
      device.publish('', { topic: 's/ut/x' }),
      device.publish('600'),
    ])
    const topics = (await device.received()).map((message) => message.split(' ')[0])
    assert.deepEqual(topics, ['s/ds', 's/e', 's/e', 'error', 's/e', 's/dt', 's/ds'])
  })

  for (const topic of ['s/us', 's/us/child', 's/ud', 's/uc/x']) {
    test(`without a row on ${topic} has no effect`, async () => {
      await using scene = openScene()
      const device = await scene.connect('meter-8')
      device.subscribe('s/e', 'error')
      for (const payload of ['', '\n', '\r\n \n']) await device.publish(payload, { topic })
      assert.deepEqual(await device.received(), [])
      assert.equal(await scene.store.reader(firstTenant).countManagedObjects({}), 0)
    })
  }

  test('that is not UTF-8 is refused as a whole', async () => {
    await using scene = openScene()
    const device = await scene.connect('meter-8')
    device.subscribe('s/e')
    await device.session.publish({
      topic: 's/us',
      payload: Uint8Array.of(0x32, 0x31, 0x31, 0x2c, 0xff),
      qos: 1,
      isDuplicate: false,
      packetId: 1,
    })
    assert.deepEqual(await device.received(), ['s/e 42,,The message is not valid UTF-8'])
  })

  test('on an unknown topic is answered on error, with the packet id of QoS 1', async () => {
    await using scene = openScene()
    const device = await scene.connect('meter-8')
    device.subscribe('error')
    await device.publish('{}', { topic: 'a/b', packetId: 12 })
    await device.publish('{}', { topic: 'a/b', qos: 0 })
    const error = 'mqtt/topicNotSupported'
    const message = 'Publishing to topic a/b is not supported'
    assert.deepEqual(await device.received(), [
      `error ${JSON.stringify({ error, message, messageId: 12 })}`,
      `error ${JSON.stringify({ error, message })}`,
    ])
  })
})

describe('a message that is sent again', () => {
  test('has no effect where DUP says so', async () => {
    await using scene = openScene()
    const device = await scene.connect('meter-8')
    await device.publish('400,a,b', { packetId: 7 })
    await device.publish('400,a,b', { packetId: 7, isDuplicate: true })
    const again = await scene.connect('meter-8')
    await again.publish('400,a,b', { packetId: 7, isDuplicate: true })
    assert.equal(await scene.store.reader(firstTenant).countEvents({}), 1)
    assert.equal(scene.work.duplicates, 2)
  })

  test('is a new one in every other case', async () => {
    await using scene = openScene()
    const device = await scene.connect('meter-8')
    const other = await scene.connect('meter-9')
    await device.publish('400,a,b', { packetId: 7 })
    await device.publish('400,a,b', { packetId: 7 })
    await device.publish('400,a,b', { packetId: 8, isDuplicate: true })
    await device.publish('400,a,c', { packetId: 7, isDuplicate: true })
    await device.publish('400,a,b', { topic: 's/us/child', packetId: 7, isDuplicate: true })
    await device.publish('400,a,b', { qos: 0, isDuplicate: true })
    await other.publish('400,a,b', { packetId: 7, isDuplicate: true })
    assert.equal(await scene.store.reader(firstTenant).countEvents({}), 7)
    assert.equal(scene.work.duplicates, 0)
  })
})

describe('row 102 that is refused', () => {
  test('on the topic of the service does not make a device of it', async () => {
    await using scene = openScene()
    const device = await scene.connect('meter-8')
    device.subscribe('s/e')
    await device.publish('102,collector,systemd', { topic: 's/us/collector' })
    assert.equal((await device.received()).length, 1)
    await device.publish('102,collector,systemd,Collector,up', { topic: 's/us/collector' })
    assert.deepEqual(await device.received(), [])
    const reader = scene.store.reader(firstTenant)
    const services = await reader.listManagedObjects({ type: 'c8y_Service' }, all)
    assert.equal(services.length, 1)
    assert.equal(await reader.countManagedObjects({}), 2)
  })
})

describe('row 105', () => {
  test('lists the children in the order in which they came', async () => {
    await using scene = openScene()
    const device = await scene.connect('meter-8')
    device.subscribe('s/ds', 's/e')
    await device.publish('105')
    await device.publish('101,b\n101,a\n102,s,t,n,up\n105')
    await device.publish('105', { topic: 's/us/a' })
    assert.deepEqual(await device.received(), ['s/ds 106', 's/ds 106,b,a', 's/ds 106'])
  })

  test('says so when the answer would fit into no message', async () => {
    await using scene = openScene({ parts: { packetBytesMax: 200 } })
    const device = await scene.connect('meter-8')
    device.subscribe('s/ds', 's/e')
    for (let child = 0; child < 30; child++) await device.publish(`101,child-${child}`)
    await device.publish('105')
    assert.deepEqual(await device.received(), [
      's/e 41,105,The reply does not fit into one message',
    ])
  })
})

describe('a mistake of ours', () => {
  test('costs the row that meets it and no other, and is not sent for ever', async () => {
    await using scene = openScene({ storeOf: stumbling })
    const device = await scene.connect('meter-8')
    device.subscribe('s/e', 's/ds')
    await Promise.all([
      device.publish('400,a,1'),
      device.publish('400,b,2\n400,mistake,3\n123\n400,c,4', { packetId: 9 }),
      device.publish('400,d,5'),
    ])
    assert.deepEqual(await device.received(), [
      's/e 50,400,"Internal error, the row had no effect"',
      's/ds 124,1001',
    ])
    const events = await scene.store.reader(firstTenant).listEvents({ revert: true }, all)
    assert.deepEqual(events.map(({ type }) => type).toSorted(), ['a', 'b', 'c', 'd'])
    assert.ok(scene.work.failures.every(({ activity }) => activity === 'performRows'))
    assert.equal(scene.work.failures.length, 1)
    await device.publish('400,b,2\n400,mistake,3\n123\n400,c,4', { packetId: 9, isDuplicate: true })
    assert.equal(scene.work.duplicates, 1)
  })

  test('does not hide a failure of the storage, which stays unacknowledged', async () => {
    await using scene = openScene({ storeOf: stumbling })
    const device = await scene.connect('meter-8')
    device.subscribe('s/e')
    await device.publish('100')
    const [wrong, full] = await Promise.allSettled([
      device.publish('400,mistake,1'),
      device.publish('400,full,2'),
    ])
    assert.deepEqual([wrong?.status, full?.status], ['rejected', 'rejected'])
    await settled()
    assert.deepEqual(await device.received(), [])
  })
})

describe('any messages of one connection', () => {
  const aRow = fc.constantFrom(
    '100,Name,acme_Type',
    '101,a',
    '101,b,B,acme_B,false',
    '102,s,t,n,up',
    '104,down',
    '105',
    '107,c8y_Hardware,acme',
    '110,SN,M,R',
    '114,a,b',
    '123',
    '140,a,1,deb,u',
    '142,a,1',
    '211,25',
    '211,warm',
    '302,acme_Leak',
    '305,acme_Leak,minor',
    '306,acme_Leak',
    '400,acme,text',
    '408,,,true,acme_Fan.speed,n,5',
    '999',
    '400,"open',
    // On s/ut, and then on s/uc; each is refused on the other.
    '10,810,POST,EVENT,true,acme_Batch,,',
    '11,910,,acme_Batch,type',
    '810,"Batch, north"',
  )
  const aMessage = fc.record({
    topic: fc.constantFrom(
      ...['s/us', 's/us', 's/us/a', 's/us/b', 's/us/s', 's/ud', 's/what', 't/us'],
      ...['s/ut/acmeProto', 's/uc/acmeProto', 's/uc/acmeProto/a'],
    ),
    rows: fc.array(aRow, { minLength: 1, maxLength: 4 }),
  })

  async function outcomeOf(
    messages: readonly { readonly topic: string; readonly rows: readonly string[] }[],
    isAtOnce: boolean,
  ): Promise<unknown> {
    await using scene = openScene()
    const device = await scene.connect('meter-8')
    device.subscribe('s/ds', 's/e', 'error', 's/dt', 's/dc/#')
    const answers: string[] = []
    const pending = []
    for (const { topic, rows } of messages) {
      // Some share a turn, some do not.
      scene.clock.advance(1)
      const published = device.publish(rows.join('\n'), { topic })
      if (isAtOnce) pending.push(published)
      else await published
    }
    await Promise.all(pending)
    answers.push(...(await device.received()))
    const reader = scene.store.reader(firstTenant)
    const timeless = (items: readonly object[]) =>
      items.map((item) => {
        const { time, creationTime, lastUpdated, firstOccurrenceTime, ...rest } = item as Record<
          string,
          unknown
        >
        return rest
      })
    return {
      answers,
      objects: timeless(await reader.listManagedObjects({}, all)),
      events: timeless(await reader.listEvents({}, all)),
      alarms: timeless(await reader.listAlarms({}, all)),
      measurements: await reader.countMeasurements({}),
    }
  }

  test('have the effects and answers of one after the other, however they arrive', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(aMessage, { maxLength: 8 }), async (messages) => {
        assert.deepEqual(await outcomeOf(messages, true), await outcomeOf(messages, false))
      }),
      { numRuns: 50 },
    )
  })
})

test('replies go out in the QoS of the subscription, and to no other filter', async () => {
  await using scene = openScene()
  const device = await scene.connect('meter-8')
  device.session.subscribe([
    { filter: 's/ds', qos: 2 },
    { filter: 's/us', qos: 1 },
  ])
  device.session.subscribed()
  await device.publish('600')
  assert.deepEqual(
    device.downlink.sent.map(({ qos }) => qos),
    [2],
  )
  device.session.unsubscribe(['s/ds'])
  await device.publish('600')
  assert.equal(device.downlink.sent.length, 1)
})
