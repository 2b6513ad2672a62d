// An operation is never lost and never lies (registration §8, reliability §18).
import assert from 'node:assert/strict'
import { randomInt } from 'node:crypto'
import { after, test } from 'node:test'
import { connectDevice, type Device, type DeviceLogin } from './mqtt-device.ts'
import { startNeighbour } from './neighbour.ts'
import { openSession, type RawConnection } from './raw-connection.ts'
import { findObjectId, mqttUrl, registerDevice } from './register-device.ts'
import type { Document } from './rest-client.ts'
import { type Platform, startPlatform } from './start-platform.ts'
import { inTime, until } from './until.ts'

const operations = '/devicecontrol/operations'
const shared = await startPlatform()
after(() => shared[Symbol.asyncDispose]())
const url = mqttUrl(shared)

test('what was created before a kill comes with the next subscription, oldest first', async () => {
  await using platform = await startPlatform()
  const { login, id } = await createDevice(platform, 'kept-1')
  for (const text of ['first', 'second', 'third']) await createCommand(platform, id, text)
  await platform.kill()
  await platform.start()
  await using device = await connectDevice(mqttUrl(platform), login)
  await device.subscribe('s/ds')
  assert.equal(await device.next('s/ds'), '511,kept-1,first')
  assert.equal(await device.next('s/ds'), '511,kept-1,second')
  assert.equal(await device.next('s/ds'), '511,kept-1,third')
})

test('what is PENDING is sent again on each subscription and each 500, until it is started', async () => {
  const { login, id } = await createDevice(shared, 'again-1')
  const operationId = await createCommand(shared, id, 'look')
  const row = '511,again-1,look'
  {
    await using device = await connectDevice(url, login)
    await device.subscribe('s/ds')
    assert.equal(await device.next('s/ds'), row)
    await device.subscribe('s/ds')
    assert.equal(await device.next('s/ds'), row, 'subscribed again')
    await device.publish('s/us', '500')
    await device.publish('s/us', '500')
    assert.equal(await device.next('s/ds'), row, 'the second 500 at the latest')
    await delivered(shared, operationId)
  }
  await using device = await connectDevice(url, login)
  await device.subscribe('s/ds')
  assert.equal(await device.next('s/ds'), row, 'connected again, although it was acknowledged')
  await device.publish('s/us', '501,c8y_Command')
  await device.subscribe('s/ds')
  await device.publish('s/us', '500\n500\n600')
  assert.match(await device.next('s/ds'), /^601,/, 'EXECUTING is not sent')

  const { delivery } = await shared.rest.get(`${operations}/${operationId}`)
  const sent = delivery.log.filter(({ status }: Document) => status === 'SEND')
  assert.ok(sent.length >= 4, JSON.stringify(delivery))
})

test('a new operation is pushed after the first 500 that follows a subscription', async () => {
  const { login, id } = await createDevice(shared, 'again-2')
  await using device = await connectDevice(url, login)
  await device.subscribe('s/ds')
  await createCommand(shared, id, 'pushed')
  assert.equal(await device.next('s/ds'), '511,again-2,pushed')
  await device.publish('s/us', '500')
  assert.equal(await device.next('s/ds'), '511,again-2,pushed', 'the SUBSCRIBE did not send it')
})

for (const qos of [0, 1, 2] as const) {
  test(`a subscription with QoS ${qos} is served with it`, async () => {
    const name = `qos-${qos}`
    const { login, id } = await createDevice(shared, name)
    await using connection = await openSession(shared.mqttPort, login)
    connection.send({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: 's/ds', qos }] })
    const suback = await connection.packet()
    assert.ok(suback.cmd === 'suback' && suback.granted[0] === qos)
    const operationId = await createCommand(shared, id, 'hello')
    const publish = await connection.packet()
    assert.ok(publish.cmd === 'publish')
    assert.deepEqual([publish.qos, publish.retain, publish.dup], [qos, false, false])
    const statusNow = async (): Promise<string> =>
      (await shared.rest.get(`${operations}/${operationId}`)).delivery?.status
    await until('SEND', statusNow, (status) => status === 'SEND')
    if (qos === 0) return
    const messageId = publish.messageId ?? 0
    if (qos === 1) connection.send({ cmd: 'puback', messageId })
    else {
      connection.send({ cmd: 'pubrec', messageId })
      const pubrel = await connection.packet()
      assert.ok(pubrel.cmd === 'pubrel' && pubrel.messageId === messageId)
      connection.send({ cmd: 'pubcomp', messageId })
    }
    await delivered(shared, operationId)
  })
}

test('many operations arrive in the order of their creation, once', async () => {
  const { login, id } = await createDevice(shared, 'order-1')
  await using device = await connectDevice(url, login)
  await device.subscribe('s/ds')
  const texts = Array.from({ length: 200 }, (_, index) => `n${index}`)
  for (const text of texts) await createCommand(shared, id, text)
  for (const text of texts) assert.equal(await device.next('s/ds'), `511,order-1,${text}`)
  await device.publish('s/us', '600')
  assert.match(await device.next('s/ds'), /^601,/)
})

test('a device that acknowledges nothing gets twenty, and the next for each acknowledgement', async () => {
  const { login, id } = await createDevice(shared, 'window-1')
  for (let count = 0; count < 25; count++) await createCommand(shared, id, `n${count}`)
  {
    await using connection = await openSession(shared.mqttPort, login)
    await subscribeRaw(connection, 1)
    const ids: number[] = []
    for (let count = 0; count < 20; count++) {
      const { text, messageId } = await nextCommand(connection)
      assert.equal(text, `n${count}`)
      ids.push(messageId)
    }
    connection.send({ cmd: 'pingreq' })
    assert.equal((await connection.packet()).cmd, 'pingresp', 'and no twenty-first')
    connection.send({ cmd: 'puback', messageId: ids[0] ?? 0 })
    assert.equal((await nextCommand(connection)).text, 'n20')
  }
  await using device = await connectDevice(url, login)
  await device.subscribe('s/ds')
  for (let count = 0; count < 25; count++) {
    assert.equal(await device.next('s/ds'), `511,window-1,n${count}`)
  }
})

test('a device that does not read costs others nothing and itself nothing', async (t) => {
  const { login, id } = await createDevice(shared, 'slow-1')
  const neighbour = await startNeighbour(shared, 'neighbour-of-slow')
  await using connection = await openSession(shared.mqttPort, login)
  await subscribeRaw(connection, 0)
  connection.pause()
  // More than all buffers between the two processes take.
  const padding = 'x'.repeat(15_000)
  const count = 800
  for (let index = 0; index < count; index++) {
    await createCommand(shared, id, `n${index} ${padding}`)
  }
  t.diagnostic(await neighbour.finish())
  connection.resume()
  for (let index = 0; index < count; index++) {
    assert.equal((await nextCommand(connection)).text.split(' ')[0], `n${index}`)
  }
})

test('after UNSUBSCRIBE nothing comes, and the operation waits', async () => {
  const { login, id } = await createDevice(shared, 'unsubscribed-1')
  await using device = await connectDevice(url, login)
  await device.subscribe(['s/ds', 's/e'])
  await device.unsubscribe('s/ds')
  const operationId = await createCommand(shared, id, 'wait')
  await device.publish('s/us', '500\n999')
  assert.match(await device.next('s/e'), /^40,999,/)
  assert.deepEqual(device.waiting('s/ds'), [])
  const operation = await shared.rest.get(`${operations}/${operationId}`)
  assert.equal(operation.status, 'PENDING')
  assert.equal(operation.delivery, undefined, 'nothing was attempted')
})

test('what an operator cancels is not sent', async () => {
  const { login, id } = await createDevice(shared, 'cancelled-1')
  const operationId = await createCommand(shared, id, 'cancelled')
  await createCommand(shared, id, 'kept')
  await shared.rest.update(`${operations}/${operationId}`, { status: 'FAILED' })
  await using device = await connectDevice(url, login)
  await device.subscribe('s/ds')
  assert.equal(await device.next('s/ds'), '511,cancelled-1,kept')
})

test('what fits in no message fails and says so; what no topic can say waits', async () => {
  const { login, id } = await createDevice(shared, 'forms-1')
  await using device = await connectDevice(url, login)
  await device.subscribe('s/ds')
  const large = await createCommand(shared, id, 'x'.repeat(17_000))
  const { id: silent } = await shared.rest.create(operations, { deviceId: id, acme_Rinse: {} })
  await createCommand(shared, id, 'next')
  assert.equal(await device.next('s/ds'), '511,forms-1,next', 'neither stands in the way')
  const failed = await shared.rest.get(`${operations}/${large}`)
  assert.equal(failed.status, 'FAILED')
  assert.match(failed.failureReason, /fit/)
  assert.equal((await shared.rest.get(`${operations}/${silent}`)).status, 'PENDING')
})

test('an operation reaches the agent above its target, and no other', async () => {
  const { login, id } = await createDevice(shared, 'agent-1')
  await using device = await connectDevice(url, login)
  await device.publish('s/us', '101,agent-1_a,Speaks for itself\n101,agent-1_b,Does not')
  const ownAgent = await findObjectId(shared, 'agent-1_a')
  await shared.rest.update(`/inventory/managedObjects/${ownAgent}`, {
    com_cumulocity_model_Agent: {},
  })
  await device.subscribe('s/ds')
  await createCommand(shared, ownAgent, 'not for the parent')
  await createCommand(shared, await findObjectId(shared, 'agent-1_b'), 'for the parent')
  await createCommand(shared, id, 'for itself')
  assert.equal(await device.next('s/ds'), '511,agent-1_b,for the parent')
  assert.equal(await device.next('s/ds'), '511,agent-1,for itself')

  const plain = await shared.rest.create('/inventory/managedObjects', { name: 'No agent' })
  const refused = await shared.rest.request('POST', operations, {
    deviceId: plain.id,
    c8y_Restart: {},
  })
  assert.equal(refused.status, 422)
})

test('while the platform is killed again and again, each operation is carried out once', async (t) => {
  await using platform = await startPlatform()
  const { login, id } = await createDevice(platform, 'worker-1')
  const created = new Map<string, string>()
  const worker = new Worker(login)
  for (let round = 0; round < 6; round++) {
    const due = 5 + randomInt(40)
    const creating = createUntilKilled(platform, id, created)
    const working = worker.work(mqttUrl(platform), due)
    await inTime('the operations of this round', working)
    await platform.kill()
    await creating
    await worker.interrupted()
    await platform.start()
  }
  await worker.work(mqttUrl(platform), 0)
  const pending = `${operations}?deviceId=${id}&status=PENDING,EXECUTING&pageSize=1`
  await until(
    'the end of all operations',
    async () => (await platform.rest.get(pending)).operations.length,
    (count) => count === 0,
  )
  t.diagnostic(`${created.size} operations answered 201, ${worker.received} rows received`)
  for (const [operationId, text] of created) {
    const operation = await platform.rest.get(`${operations}/${operationId}`)
    assert.deepEqual(
      [operation.status, operation.c8y_Command],
      ['SUCCESSFUL', { text, result: text }],
      `operation ${operationId}`,
    )
  }
  await worker[Symbol.asyncDispose]()
})

/** A device that carries out each command by repeating its text as the result. */
class Worker implements AsyncDisposable {
  readonly #login: DeviceLogin
  readonly #done = new Set<string>()
  #device: Device | undefined
  #working: Promise<void> = Promise.resolve()
  received = 0

  constructor(login: DeviceLogin) {
    this.#login = login
  }

  /** Connects and goes on working; done after so many commands. */
  async work(url: string, count: number): Promise<void> {
    const device = await connectDevice(url, this.#login)
    this.#device = device
    await device.subscribe('s/ds')
    await device.publish('s/us', '500')
    const { promise, resolve } = Promise.withResolvers<void>()
    let left = count
    const carryOut = async (): Promise<void> => {
      if (left === 0) resolve()
      for (;;) {
        // What it tells a device to do twice while it is PENDING, the device does once.
        const text = (await device.next('s/ds', Number.POSITIVE_INFINITY)).split(',')[2] ?? ''
        this.received += 1
        if (this.#done.has(text)) continue
        await device.publish('s/us', `501,c8y_Command\n503,c8y_Command,${text}`)
        this.#done.add(text)
        left -= 1
        if (left === 0) resolve()
      }
    }
    // It ends with the connection.
    this.#working = carryOut().catch(() => {})
    await promise
  }

  async interrupted(): Promise<void> {
    await this.#device?.closedByPlatform()
    await this.#working
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#device?.[Symbol.asyncDispose]()
    await this.#working
  }
}

/** Creates one operation after the other until there is no answer. */
async function createUntilKilled(
  platform: Platform,
  deviceId: string,
  created: Map<string, string>,
): Promise<void> {
  const { rest } = platform
  try {
    for (;;) {
      const text = `do-${deviceId}-${created.size}-${randomInt(1_000_000)}`
      const answer = await rest.request('POST', operations, { deviceId, c8y_Command: { text } })
      assert.equal(answer.status, 201)
      created.set(answer.body.id, text)
    }
  } catch (error) {
    if (error instanceof assert.AssertionError) throw error
  }
}

async function createDevice(
  platform: Platform,
  name: string,
): Promise<{ readonly login: DeviceLogin; readonly id: string }> {
  const login = await registerDevice(platform, name)
  await using device = await connectDevice(mqttUrl(platform), login)
  await device.publish('s/us', '100')
  return { login, id: await findObjectId(platform, name) }
}

/** Gives the id of the operation. */
async function createCommand(platform: Platform, deviceId: string, text: string): Promise<string> {
  const { id } = await platform.rest.create(operations, { deviceId, c8y_Command: { text } })
  return id
}

async function delivered(platform: Platform, operationId: string): Promise<void> {
  await until(
    'DELIVERED',
    () => platform.rest.get(`${operations}/${operationId}`),
    ({ delivery }) => delivery?.status === 'DELIVERED',
  )
}

async function subscribeRaw(connection: RawConnection, qos: 0 | 1 | 2): Promise<void> {
  connection.send({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: 's/ds', qos }] })
  assert.equal((await connection.packet()).cmd, 'suback')
}

async function nextCommand(
  connection: RawConnection,
): Promise<{ readonly text: string; readonly messageId: number }> {
  const packet = await connection.packet()
  assert.ok(packet.cmd === 'publish', packet.cmd)
  return {
    text: packet.payload.toString().split(',')[2] ?? '',
    messageId: packet.messageId ?? 0,
  }
}
