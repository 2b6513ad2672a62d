// Whatever is sent, the platform lives, answers as specified, keeps its memory, and others notice
// nothing. Bytes are written down where the bytes are the point.
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { after, test } from 'node:test'
import { generate, type Packet } from 'mqtt-packet'
import { connectDevice, type DeviceLogin, refusalOf } from './mqtt-device.ts'
import { startNeighbour } from './neighbour.ts'
import { chooseSeed, Random } from './random.ts'
import { connectPacket, openRaw, openSession, type RawConnection } from './raw-connection.ts'
import { bootstrapLogin, findObjectId, mqttUrl, registerDevice } from './register-device.ts'
import { startPlatform } from './start-platform.ts'

const connectTimeoutMs = 1000
const platform = await startPlatform({
  env: { PILEUS_LIMITS_MQTT_CONNECT_TIMEOUT_MS: String(connectTimeoutMs) },
})
after(() => platform[Symbol.asyncDispose]())
const { mqttPort: port, rest } = platform
const url = mqttUrl(platform)
const packetBytesMax = 16_184

const beforeConnect: readonly (readonly [what: string, hex: string, answer?: string])[] = [
  ['an HTTP request', Buffer.from('GET / HTTP/1.1\r\n\r\n').toString('hex')],
  ['a TLS hello', '16 03 01 02 00 01 00'],
  ['PINGREQ as the first packet', 'c0 00'],
  ['packet type 0', '00 00'],
  ['packet type 15', 'f0 00'],
  ['a length of five bytes', '10 ff ff ff ff 01'],
  ['CONNECT above the size limit', '10 ff ff ff 7f'],
  ['CONNECT with reserved flag', `10 0d 0004${text('MQTT')} 04 03 003c 0001 61`],
  ['CONNECT with half a name', `10 06 0004${text('MQ')}`],
  ['CONNECT with bytes behind its end', `10 0e 0004${text('MQTT')} 04 02 003c 0001 61 ff`],
  ['CONNECT with a client id that is no UTF-8', `10 0e 0004${text('MQTT')} 04 02 003c 0002 c328`],
  ['MQTT 5', `10 0e 0004${text('MQTT')} 05 02 003c 00 0001 61`, '20 02 00 01'],
  ['level 0x84 of bridges', `10 0d 0004${text('MQTT')} 84 02 003c 0001 61`, '20 02 00 01'],
  ['neither user nor password', `10 0d 0004${text('MQTT')} 04 02 003c 0001 61`, '20 02 00 05'],
  ['an empty client id', `10 0c 0004${text('MQTT')} 04 02 003c 0000`, '20 02 00 02'],
]

test('bytes that are no CONNECT end the connection, with a code only where there is one', async () => {
  for (const [what, hex, answer] of beforeConnect) {
    await using connection = await openRaw(port)
    connection.send(hex)
    await connection.ended()
    const answers = connection.left.map((packet) => generate(packet).toString('hex'))
    assert.deepEqual(answers, answer === undefined ? [] : [answer.replaceAll(' ', '')], what)
  }
})

const inSession: readonly (readonly [what: string, hex: string])[] = [
  ['packet type 0', '00 00'],
  ['packet type 15', 'f0 00'],
  ['PUBLISH with QoS 3', `36 09 0004${text('s/us')} 0001 41`],
  ['PUBLISH with DUP and QoS 0', `38 07 0004${text('s/us')} 41`],
  ['PUBLISH with packet id 0', `32 09 0004${text('s/us')} 0000 41`],
  ['PUBLISH without a topic', '30 02 0000'],
  ['PUBLISH with a topic beyond its end', '30 04 00ff 6161'],
  ['a topic that is no UTF-8', '30 06 0004 732f c328'],
  ['a topic with a surrogate', '30 07 0005 732f eda080'],
  ['a topic with NUL', '30 06 0004 732f 7500'],
  ['a topic with +', `30 05 0003${text('s/+')}`],
  ['a topic with #', `30 05 0003${text('s/#')}`],
  ['a topic with $', `30 08 0006${text('$SYS/a')}`],
  ['a topic of 513 bytes', `30 8304 0201 ${'61'.repeat(513)}`],
  ['a topic of 11 levels', `30 17 0015 ${text('a/a/a/a/a/a/a/a/a/a/a')}`],
  ['a packet above the size limit', '30 b6 7e 0001 61'],
  ['SUBSCRIBE with wrong flags', `80 09 0001 0004${text('s/ds')} 01`],
  ['SUBSCRIBE without filters', '82 02 0001'],
  ['SUBSCRIBE with QoS 3', `82 09 0001 0004${text('s/ds')} 03`],
  ['UNSUBSCRIBE without filters', 'a2 02 0001'],
  ['PINGREQ with a body', 'c0 01 00'],
  ['PUBREL with wrong flags', '60 02 0001'],
  ['PUBACK of three bytes', '40 03 000100'],
  ['a packet that only servers send', '20 02 0000'],
  ['SUBACK', '90 03 0001 00'],
  ['a second CONNECT', `10 0d 0004${text('MQTT')} 04 02 003c 0001 61`],
]

test('a malformed packet ends its session at once, and nothing behind it counts', async () => {
  const login = await registerDevice(platform, 'malformed-1')
  const behind: Packet = publishPacket('400,acme_Behind,behind')
  for (const [what, hex] of inSession) {
    await using connection = await openSession(port, login)
    connection.send(Buffer.concat([Buffer.from(hex.replaceAll(' ', ''), 'hex'), generate(behind)]))
    await connection.ended().catch((error: unknown) => assert.fail(`${what}: ${error}`))
    assert.deepEqual(connection.left, [], what)
  }
  const { statistics } = await rest.get('/event/events?type=acme_Behind&withTotalElements=true')
  assert.equal(statistics.totalElements, 0)
})

test('a packet of exactly the largest size is taken', async () => {
  await using connection = await openSession(port, await registerDevice(platform, 'largest-1'))
  const empty = generate(publishPacket('400,acme_Large,'))
  // The length field grows from one byte to two.
  const padding = 'x'.repeat(packetBytesMax - empty.length - 1)
  const packet = generate(publishPacket(`400,acme_Large,${padding}`))
  assert.equal(packet.length, packetBytesMax)
  connection.send(packet)
  assert.equal((await connection.packet()).cmd, 'puback')
  const { events } = await rest.get('/event/events?type=acme_Large')
  assert.equal(events[0].text, padding)

  connection.send(generate(publishPacket(`400,acme_Large,${padding}x`)))
  await connection.ended()
})

test('a payload that is no UTF-8 is acknowledged, reported, and has no effect', async () => {
  await using device = await connectDevice(url, await registerDevice(platform, 'utf8-1'))
  await device.subscribe('s/e')
  await device.publish(
    's/us',
    Buffer.concat([Buffer.from('211,25\n400,a,'), Buffer.of(0xc3, 0x28)]),
  )
  assert.match(await device.next('s/e'), /^42,,/)
  assert.equal((await rest.request('GET', '/identity/externalIds/c8y_Serial/utf8-1')).status, 404)
})

test('half packets and then silence: closed when their time is over', async () => {
  const neighbour = await startNeighbour(platform, 'neighbour-of-half-packets')
  const login = await registerDevice(platform, 'half-1')
  const whole = generate(connectPacket(login))
  const silent = await Promise.all(
    Array.from({ length: 100 }, async (_, index) => {
      const connection = await openRaw(port)
      connection.send(whole.subarray(0, index % whole.length))
      return connection
    }),
  )
  await Promise.all(silent.map((connection) => connection.ended()))
  for (const { left } of silent) assert.deepEqual(left, [])
  await neighbour.finish()
})

test('thousands of random streams of bytes', { timeout: 180_000 }, async (t) => {
  const seed = chooseSeed()
  t.diagnostic(`seed ${seed}`)
  const random = new Random(seed)
  const streams = 10_000
  const atOnce = 40
  const logins = await Promise.all(
    Array.from({ length: atOnce }, (_, index) => registerDevice(platform, `random-${index}`)),
  )
  const neighbour = await startNeighbour(platform, 'neighbour-of-random-streams')
  const memoryBefore = residentBytes()
  let done = 0
  await Promise.all(
    logins.map(async (login) => {
      for (; done < streams; done++) {
        await using connection = await openRaw(port)
        const isInSession = random.below(3) > 0
        if (isInSession) connection.send(connectPacket(login))
        connection.send(randomStream(random, login))
        connection.endInput()
        await connection.ended()
      }
    }),
  )
  t.diagnostic(await neighbour.finish())
  assertMemory(memoryBefore)
})

test('rows of every kind of nonsense', { timeout: 180_000 }, async (t) => {
  const seed = chooseSeed()
  t.diagnostic(`seed ${seed}`)
  const random = new Random(seed)
  const neighbour = await startNeighbour(platform, 'neighbour-of-nonsense')
  await using device = await connectDevice(url, await registerDevice(platform, 'nonsense-1'))
  await device.subscribe(['s/ds', 's/e', 'error'], 0)
  const memoryBefore = residentBytes()
  for (let count = 0; count < 1500; count++) {
    const topic = random.pick(['s/us', 's/us', 't/us', 'q/us', 'c/us', 's/us/nonsense-child'])
    await device.publish(topic, randomRows(random), count % 3 === 0 ? 2 : 1)
  }
  for (const line of device.waiting('s/e')) {
    // 50 would say that the platform did not know what to make of it.
    assert.match(line, /^4[0125],/)
  }
  t.diagnostic(await neighbour.finish())
  assertMemory(memoryBefore)
  await device.publish('s/us', '400,acme_Alive,alive')
  const { events } = await rest.get('/event/events?type=acme_Alive')
  assert.equal(events.length, 1)
})

const dangerousRows = [
  '200,__proto__,polluted,1',
  '200,acme_A,__proto__,1',
  '200,constructor,polluted,1',
  '201,acme_A,,__proto__,polluted,1,C',
  '107,__proto__',
  '408,,,,__proto__.polluted,s,yes',
  '408,,,,acme_A.__proto__.polluted,s,yes',
  '408,,,,acme_A.constructor.prototype.polluted,s,yes',
]

test('fragments named __proto__ are refused and change nothing', async () => {
  await using device = await connectDevice(url, await registerDevice(platform, 'proto-1'))
  await device.subscribe('s/e')
  await device.publish('s/us', '100')
  for (const row of dangerousRows) {
    await device.publish('s/us', row)
    const line = await device.next('s/e')
    assert.match(line, new RegExp(`^45,${row.slice(0, 3)},`), row)
  }
  // Values may be anything: these are data and no names.
  await device.publish('s/us', '400,__proto__,__proto__\n302,constructor\n114,__proto__')
  const id = await findObjectId(platform, 'proto-1')
  const { events } = await rest.get(`/event/events?source=${id}`)
  assert.equal(events[0].type, '__proto__')
  const kiln = await rest.get(`/inventory/managedObjects/${id}`)
  assert.deepEqual(kiln.c8y_SupportedOperations, ['__proto__'])
  assert.equal(kiln.polluted, undefined)

  const raw = (path: string, body: string): Promise<Response> =>
    fetch(`${platform.httpUrl}${path}`, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json', authorization: basic() },
    })
  const refused = await raw('/inventory/managedObjects', '{"__proto__":{"polluted":true}}')
  assert.equal(refused.status, 422)
  assert.equal((await raw('/inventory/managedObjects', '{"name":')).status, 400)
  const deep = `${'{"a":'.repeat(40)}1${'}'.repeat(40)}`
  assert.equal((await raw('/inventory/managedObjects', deep)).status, 422)
  const large = JSON.stringify({ a: Array.from({ length: 80 }, () => 'x'.repeat(250_000)) })
  assert.equal((await raw('/inventory/managedObjects', large)).status, 413)
  assert.equal((await rest.get('/tenant/currentTenant')).name, 't100')
})

test('ids that exist already are refused, and what belongs to others', async () => {
  await using device = await connectDevice(url, await registerDevice(platform, 'owner-1'))
  await using other = await connectDevice(url, await registerDevice(platform, 'owner-2'))
  await device.subscribe('s/e')
  await other.subscribe('s/e')
  await device.publish('s/us', '100,First\n101,shared-child,Child')
  await other.publish('s/us', '100,Second')

  await device.publish('s/us', '100,Again')
  assert.equal(await device.next('s/e'), '41,100,Device already existing')
  await device.publish('s/us', '101,shared-child')
  assert.match(await device.next('s/e'), /^41,101,/)
  await device.publish('s/us', '101,owner-1')
  assert.match(await device.next('s/e'), /^41,101,/)
  await other.publish('s/us', '101,shared-child')
  assert.match(await other.next('s/e'), /^41,101,/)
  await other.publish('s/us/shared-child', '211,25')
  assert.match(await other.next('s/e'), /^41,211,/)
  await other.publish('s/us/owner-1', '211,25\n104,down')
  assert.match(await other.next('s/e'), /^41,211,/)
  assert.match(await other.next('s/e'), /^41,104,/)

  const childId = await findObjectId(platform, 'shared-child')
  const child = await rest.get(`/inventory/managedObjects/${childId}`)
  assert.deepEqual([child.name, child.owner], ['Child', 'device_owner-1'])
  const { measurements } = await rest.get(`/measurement/measurements?source=${childId}`)
  assert.deepEqual(measurements, [])
})

const publishedTopics = [
  ['s/xx', 's/e', /^41,,"?Publishing to topic s\/xx is not supported"?$/],
  ['s', 's/e', /^41,,Publishing to topic s is not supported$/],
  ['s/us/a/b', 's/e', /^41,,/],
  ['s/us//a', 's/e', /^41,,/],
  ['S/us', 'error', /"error":"mqtt\/topicNotSupported"/],
  ['x/us', 'error', /"error":"mqtt\/topicNotSupported"/],
  ['t/ux', 'error', /"error":"mqtt\/topicNotSupported"/],
  ['t/us/a/b', 's/e', /^41,,/],
  ['devices/1/temperature', 'error', /"error":"mqtt\/topicNotSupported"/],
  ['s/ucr', 's/e', /^41,/],
  ['s/ud', 's/e', /^40,211,/],
  ['s/uc/acmeProto', 's/e', /^40,211,/],
  ['s/ut/acmeProto', 's/dt', /^41,acmeProto,/],
  ['s/ul/acmeProto', 's/e', /^40,211,/],
  ['event/events/create', 'error', /"error":/],
] as const

test('a publish to any other topic is acknowledged and reported', async () => {
  const login = await registerDevice(platform, 'topics-1')
  for (const [topic, channel, expected] of publishedTopics) {
    // A session each, since one is told of ten errors a second.
    await using device = await connectDevice(url, login)
    await device.subscribe(['s/e', 's/dt', 'error'])
    await device.publish(topic, '211,25')
    assert.match(await device.next(channel), expected, topic)
  }
  const found = await rest.request('GET', '/identity/externalIds/c8y_Serial/topics-1')
  assert.equal(found.status, 404, 'none of them creates a device')
  await using device = await connectDevice(url, login)
  await device.publish('/s/us/', '100')
  await findObjectId(platform, 'topics-1')
})

const granted = [
  ...['s/ds', 's/dt', 's/dcr', 's/dat', 's/e', 'error', 's/dc/acmeProto', 's/dc/#'],
  ...['s/dl', 's/dl/acmeProto', 's/dl/#', 's/ol/acmeProto'],
  ...['devicecontrol/notifications', 'notification/operations'],
]
const refusedFilters = [
  ...['#', '+', '+/+', 's/#', 's/+', 's/ds/#', 's/ds/x', 's/dc', 's/dc/+', 's/dc/a/b', 's/ol'],
  ...['s/ol/#', 's/dl/+', 's/us', 's/us/#', 't/us', 's/ucr', 's/uat', 'x', '/', 's', 'S/ds'],
  ...['$SYS/#', '$share/g/s/ds', 'inventory/managedObjects/#', 'measurement/measurements/create'],
  ...['event/events/create', 'alarm/alarms', 'error/#', 'errors'],
]

test('each filter is granted or refused as the table says, whatever stands beside it', async () => {
  const login = await registerDevice(platform, 'filters-1')
  await using connection = await openSession(port, login)
  for (const filter of granted) {
    assert.deepEqual(await subscribe(connection, [filter], 1), [1], filter)
  }
  for (const filter of refusedFilters) {
    assert.deepEqual(await subscribe(connection, [filter], 1), [0x80], filter)
  }
  assert.deepEqual(await subscribe(connection, ['s/ds', '#', 's/e', 's/dd'], 2), [2, 0x80, 2, 0x80])
  const many = Array.from({ length: 33 }, (_, index) => `s/dc/c${index}`)
  assert.deepEqual(await subscribe(connection, many, 0), [...Array<number>(32).fill(0), 0x80])

  await using withTemplate = await openSession(port, { ...login, clientId: 'd:filters-1:acme' })
  assert.deepEqual(await subscribe(withTemplate, ['s/dd'], 1), [1])
})

test('a bootstrap session may do two things', async () => {
  const login = bootstrapLogin(platform, 'jailed-1')
  await using connection = await openSession(port, login)
  assert.deepEqual(await subscribe(connection, ['s/dcr', 's/e'], 1), [1, 1])
  for (const filter of [...granted, ...refusedFilters]) {
    if (filter === 's/dcr' || filter === 's/e') continue
    assert.deepEqual(await subscribe(connection, [filter], 1), [0x80], filter)
  }
  for (const topic of ['s/us', 's/ud', 's/uat', 's/ut/x', 'event/events/create', 'a']) {
    await using other = await openSession(port, { ...login, clientId: 'jailed-2' })
    other.send({ ...publishPacket('100'), topic } as Packet)
    await other.ended()
    assert.deepEqual(other.left, [], topic)
  }
  assert.equal(await refusalOf(url, { ...login, clientId: '' }), 2)
  const { managedObjects } = await rest.get('/inventory/managedObjects?text=jailed-2')
  assert.deepEqual(managedObjects, [])
})

test('rows and columns beyond the limits cost only themselves', async () => {
  await using device = await connectDevice(url, await registerDevice(platform, 'rows-1'))
  await device.subscribe('s/e')
  await device.publish('s/us', '100')
  const rows = Array.from({ length: 1100 }, (_, index) => `211,${index}`)
  await device.publish('s/us', rows.join('\n'))
  assert.match(await device.next('s/e'), /^42,211,/)
  await device.publish('s/us', `114${',a'.repeat(8000)}\n211,7`)
  await device.publish('s/us', `114${','.repeat(8193)}\n114,acme_Last`)
  assert.match(await device.next('s/e'), /^42,114,/)
  const id = await findObjectId(platform, 'rows-1')
  const path = `/measurement/measurements?source=${id}&pageSize=1&withTotalElements=true`
  assert.equal((await rest.get(path)).statistics.totalElements, 1025)
  assert.deepEqual(device.waiting('s/e'), [])
})

test('errors are told ten times a second at most', async () => {
  await using device = await connectDevice(url, await registerDevice(platform, 'errors-1'))
  await device.subscribe(['s/e', 's/ds'])
  const startedAt = performance.now()
  await device.publish('s/us', Array.from({ length: 500 }, () => '999').join('\n'))
  await device.publish('s/us', '600')
  await device.next('s/ds')
  const seconds = Math.ceil((performance.now() - startedAt) / 1000)
  const told = device.waiting('s/e').length
  assert.ok(told >= 1 && told <= 10 * (seconds + 1), `${told} error lines in ${seconds} s`)
})

function text(ascii: string): string {
  return Buffer.from(ascii).toString('hex')
}

function basic(): string {
  const { tenant, admin } = platform
  return `Basic ${Buffer.from(`${tenant}/${admin.user}:${admin.password}`).toString('base64')}`
}

function publishPacket(payload: string): Packet {
  return { cmd: 'publish', topic: 's/us', payload, qos: 1, dup: false, retain: false, messageId: 7 }
}

async function subscribe(
  connection: RawConnection,
  filters: readonly string[],
  qos: 0 | 1 | 2,
): Promise<readonly unknown[]> {
  const subscriptions = filters.map((topic) => ({ topic, qos }))
  connection.send({ cmd: 'subscribe', messageId: 1, subscriptions })
  const suback = await connection.packet()
  assert.ok(suback.cmd === 'suback', suback.cmd)
  return suback.granted
}

/** Mostly packets that were valid before something happened to them. */
function randomStream(random: Random, { clientId }: DeviceLogin): Buffer {
  const parts = Array.from({ length: 1 + random.below(5) }, () => {
    if (random.below(4) === 0) return random.bytes(random.below(200))
    const packet = Buffer.from(generate(randomPacket(random, clientId)))
    for (let changes = random.below(3); changes > 0; changes--) {
      packet[random.below(packet.length)] = random.below(256)
    }
    return random.below(5) === 0 ? packet.subarray(0, random.below(packet.length)) : packet
  })
  return Buffer.concat(parts)
}

function randomPacket(random: Random, clientId: string): Packet {
  const messageId = 1 + random.below(20)
  const qos = random.pick<0 | 1 | 2>([0, 1, 2])
  const topic = random.pick(['s/us', 's/us/x', 's/ds', 's/uc/x', 'a/b', '$SYS', 's/ucr'])
  switch (random.below(8)) {
    case 0:
      return connectPacket({ clientId, username: 'x', password: 'y' })
    case 1:
      return { cmd: 'subscribe', messageId, subscriptions: [{ topic, qos }] }
    case 2:
      return { cmd: 'unsubscribe', messageId, unsubscriptions: [topic] }
    case 3:
      return { cmd: random.pick(['puback', 'pubrec', 'pubrel', 'pubcomp']), messageId }
    case 4:
      return { cmd: random.pick(['pingreq', 'disconnect']) }
    default: {
      const payload = random.below(2) === 0 ? random.bytes(random.below(100)) : randomRows(random)
      return { cmd: 'publish', topic, payload, qos, dup: false, retain: false, messageId }
    }
  }
}

const knownIds = [
  ...['100', '101', '102', '104', '105', '107', '110', '111', '112', '113', '114', '115', '116'],
  ...['117', '118', '119', '120', '121', '122', '123', '125', '140', '141', '142', '143', '150'],
  ...['200', '201', '210', '211', '212', '301', '302', '303', '304', '305', '306', '307', '400'],
  ...['401', '402', '407', '408', '500', '501', '502', '503', '504', '505', '506', '507', '600'],
  ...['602', '106', '510', '999', '0110', '', ' ', '__proto__', '-1', '1e2', '"', '70'],
] as const
const oddFields = [
  ...['', ' ', '0', '-0', '1', '25', '1e400', '-1e-400', 'NaN', 'Infinity', '0x10', '1,5', 'true'],
  ...['__proto__', 'constructor', 'prototype', 'a.b.c', '...', 'id', 'source', 'c8y_Restart'],
  ...['2032-02-01T08:00:00Z', '2032-02-30T08:00:00Z', '9999-12-31T00:00:00Z', '1969-12-31', 'now'],
  ...['"', '""', '"""', '"x', 'x"', '\\"', '"\\"', '"a""b"', '"a\nb"', '\\', '\r', '\t', '\u0000'],
  ...['\ufeff', '💧', '\u202e', 'é'.repeat(300), 'x'.repeat(2000), ',,,,,,,,', '99999999999999999'],
] as const

function randomRows(random: Random): string {
  const rows = Array.from({ length: 1 + random.below(6) }, () => {
    const fields = Array.from({ length: random.below(9) }, () => random.pick(oddFields))
    return [random.pick(knownIds), ...fields].join(',')
  })
  return rows.join(random.pick(['\n', '\r\n', '\r', '\n\n']))
}

/** Memory of the server in use, or undefined where the system does not tell. */
function residentBytes(): number | undefined {
  const file = `/proc/${platform.pid}/status`
  if (!existsSync(file)) return undefined
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(file, 'utf8'))?.[1]
  return kilobytes === undefined ? undefined : Number(kilobytes) * 1024
}

/** What one kind of attack may cost: garbage that was not collected yet, and no more. */
function assertMemory(before: number | undefined): void {
  const now = residentBytes()
  if (before === undefined || now === undefined) return
  const growth = `${Math.round(before / 2 ** 20)} MiB before, ${Math.round(now / 2 ** 20)} after`
  assert.ok(now < before * 1.5 + 100 * 2 ** 20, growth)
}
