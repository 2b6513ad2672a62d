// The device SDK against a server that behaves badly on purpose: what has been acknowledged, what has
// not, and what the device makes of it. Nothing here is the platform's.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  type Device,
  type DeviceOperation,
  type DeviceOptions,
  memoryCredentialStore,
  type RowProblemReport,
  type StartProgress,
  startDevice,
  stillExecuting,
} from '@pileus/device-sdk'
import { type SimulationClock, simulateDevice } from '@pileus/device-sdk/simulation'
import { ScriptedServer } from './scripted-server.ts'
import { inTime } from './until.ts'

const credentials = { tenant: 't9', user: 'device_m1', password: 'secret' }
const quick = { backOff: { minMs: 5, maxMs: 20 }, closeTimeoutMs: 2_000 }

function start(server: ScriptedServer, options: Partial<DeviceOptions> = {}): Promise<Device> {
  const store = memoryCredentialStore(credentials)
  return startDevice({
    id: 'm1',
    url: server.url,
    credentials: store,
    ...options,
    limits: { ...quick, ...options.limits },
  })
}

test('it logs in and says everything about itself in the first messages', async () => {
  await using server = await ScriptedServer.start()
  const kinds: string[] = []
  await using _device = await start(server, {
    name: 'Meter, hall 2',
    type: 'acme_Meter',
    requiredAvailabilityMinutes: 20,
    children: [
      { id: 'm1_a', name: 'A', children: [{ id: 'm1_b' }], operations: { c8y_Relay: () => {} } },
    ],
    operations: { c8y_Restart: () => {}, c8y_Command: () => {} },
    onProgress: ({ kind }) => kinds.push(kind),
  })
  const [login] = server.connects
  assert.deepEqual(
    [login?.clientId, login?.username, login?.password?.toString(), login?.clean],
    ['m1', 't9/device_m1', 'secret', true],
  )
  assert.deepEqual(server.payloads('s/us'), [
    '100,"Meter, hall 2",acme_Meter\n101,m1_a,A,\n114,c8y_Restart,c8y_Command\n117,20',
    '500',
  ])
  assert.deepEqual(server.payloads('s/us/m1_a'), ['101,m1_b,,\n114,c8y_Relay'])
  assert.deepEqual(kinds, ['connecting', 'connected', 'started'])
})

test('the address says where the server is, and not who the device is', async () => {
  await using server = await ScriptedServer.start()
  await using _device = await start(server, { url: `${server.url}?clientId=m2` })
  assert.equal(server.connects[0]?.clientId, 'm1')
  await assert.rejects(start(server, { url: 'mqtt://:1883' }), { code: 'valueRefused' })
  await assert.rejects(start(server, { url: 'mqtt://' }), { code: 'valueRefused' })
  const withLogin = server.url.replace('//', '//t9%2Fother:canary@')
  await assert.rejects(start(server, { url: withLogin }), ({ code, message }) => {
    assert.equal(code, 'valueRefused')
    assert.doesNotMatch(message, /canary/)
    return true
  })
})

for (const url of ['ws://[::1]:9/mqtt', 'mqtt://[::1]:9', 'wss://[::1]:9/mqtt']) {
  test(`a server that is not at ${url} is looked for again`, async () => {
    await using server = await ScriptedServer.start()
    const controller = new AbortController()
    const reasons: string[] = []
    const starting = start(server, {
      url,
      signal: controller.signal,
      onProgress: (progress) => {
        if (progress.kind !== 'reconnecting') return
        reasons.push(progress.reason)
        controller.abort(new Error('enough'))
      },
    })
    await assert.rejects(inTime('the end', starting), /enough/)
    assert.match(reasons[0] ?? '', /^connect E\w+ ::1:9/)
  })
}

test('it asks for credentials until it is sent some, over any number of connections', async () => {
  await using server = await ScriptedServer.start()
  server.onMessage = ({ topic }) => {
    const polls = server.payloads('s/ucr').length
    if (topic !== 's/ucr') return
    if (polls === 2) server.dropConnections()
    else if (polls === 4) server.deliver('s/dcr', '70,t9,device_m1,s3cr3t')
  }
  const store = memoryCredentialStore()
  const progress: StartProgress[] = []
  await using _device = await start(server, {
    credentials: store,
    bootstrap: { password: 'shared', securityToken: 'ABCD-1234', pollEveryMs: 10 },
    onProgress: (each) => progress.push(each),
  })
  assert.deepEqual(new Set(server.payloads('s/ucr')), new Set(['ABCD-1234']))
  assert.deepEqual(
    server.connects.map(({ username, password }) => [username, password?.toString()]),
    [
      ['management/devicebootstrap', 'shared'],
      ['management/devicebootstrap', 'shared'],
      ['t9/device_m1', 's3cr3t'],
    ],
  )
  assert.deepEqual(await store.load(), { ...credentials, password: 's3cr3t' })
  assert.deepEqual(
    progress.flatMap((each) => (each.kind === 'asking' ? [each.poll] : [])).slice(0, 4),
    [1, 2, 3, 4],
  )
})

test('polls keep their distance, also from one connection to the next', async () => {
  await using server = await ScriptedServer.start()
  const at: number[] = []
  server.onMessage = ({ topic }) => {
    if (topic !== 's/ucr') return
    at.push(performance.now())
    if (at.length < 4) server.dropConnections()
    else server.deliver('s/dcr', '70,t9,device_m1,x')
  }
  await using _device = await start(server, {
    credentials: memoryCredentialStore(),
    bootstrap: { password: 'shared', pollEveryMs: 60 },
  })
  const gaps = at.slice(1).map((each, index) => each - (at[index] ?? 0))
  for (const gap of gaps) assert.ok(gap >= 55, `polls were only ${gap} ms apart`)
})

test('credentials that a lost poll may have replaced are not taken', async () => {
  await using server = await ScriptedServer.start()
  server.acknowledges = ({ topic, connection }) => topic !== 's/ucr' || connection > 1
  server.onMessage = ({ topic, connection }) => {
    if (topic !== 's/ucr') return
    server.deliver('s/dcr', `70,t9,device_m1,password${connection}`)
    if (connection === 1) setImmediate(() => server.dropConnections())
  }
  const store = memoryCredentialStore()
  const bootstrap = { password: 'shared', pollEveryMs: 10 }
  await using _device = await start(server, { credentials: store, bootstrap })
  assert.equal((await store.load())?.password, 'password2')
})

test('a device that asks and asks ends with its signal', async () => {
  await using server = await ScriptedServer.start()
  const controller = new AbortController()
  const reason = new Error('enough')
  const starting = start(server, {
    credentials: memoryCredentialStore(),
    bootstrap: { password: 'shared', pollEveryMs: 60_000 },
    signal: controller.signal,
  })
  await server.until('the first poll', () => server.payloads('s/ucr').length === 1)
  controller.abort(reason)
  await assert.rejects(inTime('the end', starting), reason)
})

test('without credentials and without bootstrap it says so at once', async () => {
  await using server = await ScriptedServer.start()
  await assert.rejects(start(server, { credentials: memoryCredentialStore() }), {
    code: 'noCredentials',
  })
  assert.equal(server.connects.length, 0)
})

test('a security token that no server accepts is refused before it is sent', async () => {
  await using server = await ScriptedServer.start()
  const bootstrap = { password: 'shared', securityToken: 'short' }
  await assert.rejects(start(server, { credentials: memoryCredentialStore(), bootstrap }), {
    code: 'valueRefused',
  })
  assert.equal(server.connects.length, 0)
})

test('a server that refuses logins while it restarts is asked again', async () => {
  await using server = await ScriptedServer.start()
  server.refusals.push(3, 4, 3, 5, 4)
  await using device = await start(server)
  assert.equal(server.connects.length, 6)
  server.refusals.push(5, 5, 3)
  server.dropConnections()
  await device.send.sendHeartbeat()
  assert.equal(server.connects.length, 10)
})

test('refused again and again, it believes it, and says so', async () => {
  await using server = await ScriptedServer.start()
  server.refusals.push(...Array<number>(100).fill(4))
  await assert.rejects(start(server, { limits: { refusalsMax: 4 } }), {
    code: 'credentialsRefused',
  })
  assert.equal(server.connects.length, 4)
})

test('a running device whose login is revoked ends, and so does all that waits', async () => {
  await using server = await ScriptedServer.start()
  await using device = await start(server, { limits: { refusalsMax: 3 } })
  server.refusals.push(...Array<number>(100).fill(5))
  server.acknowledges = () => false
  const waiting = device.send.sendHeartbeat()
  await server.until('the heartbeat', () => server.payloads().includes('125'))
  server.dropConnections()
  await assert.rejects(waiting, { name: 'DeviceError', code: 'closed' })
  const error = await device.ended
  assert.ok(error !== undefined && 'code' in error)
  assert.equal(error.code, 'credentialsRefused')
  await assert.rejects(device.send.sendHeartbeat(), { code: 'closed' })
  assert.equal(server.connects.length, 4)
})

test('a ClientId that the server does not like is not tried again', async () => {
  await using server = await ScriptedServer.start()
  server.refusals.push(2)
  await assert.rejects(start(server), { code: 'clientIdRefused' })
  assert.equal(server.connects.length, 1)
})

test('what was not acknowledged comes again: first, in order, and marked as repeated', async () => {
  await using server = await ScriptedServer.start()
  await using device = await start(server)
  server.acknowledges = ({ payload }) =>
    Number(payload.split(',')[1]) < 3 || server.connects.length > 1
  const sent = Array.from({ length: 10 }, (_, index) =>
    device.send.createTemperatureMeasurement({ temperature: index }),
  )
  await server.until('all ten', () => server.payloads().includes('211,9'))
  await Promise.all(sent.slice(0, 3))
  server.dropConnections()
  const later = device.send.createTemperatureMeasurement({ temperature: 10 })
  await Promise.all([...sent, later])

  const readings = server.received.filter(({ payload }) => payload.startsWith('211'))
  const of = (connection: number) => readings.filter((each) => each.connection === connection)
  assert.deepEqual(
    of(2).map(({ payload }) => payload),
    [3, 4, 5, 6, 7, 8, 9, 10].map((value) => `211,${value}`),
  )
  assert.ok(
    of(2)
      .slice(0, 7)
      .every(({ isRepeated }) => isRepeated),
  )
  const firstIds = of(1)
    .slice(3)
    .map(({ packetId }) => packetId)
  assert.deepEqual(
    of(2)
      .slice(0, 7)
      .map(({ packetId }) => packetId),
    firstIds,
  )
})

test('a server that comes and goes hundreds of messages long loses none and turns none around', async () => {
  await using server = await ScriptedServer.start()
  await using device = await start(server)
  const effects: string[] = []
  const seen = new Set<string>()
  server.acknowledges = ({ payload, packetId, isRepeated }) => {
    if (!payload.startsWith('200,')) return true
    // As a server does (reliability ): a repetition has no second effect.
    const key = `${packetId} ${payload}`
    if (isRepeated && seen.has(key)) return true
    seen.add(key)
    effects.push(payload)
    // Every 37th effect is the last of its connection, acknowledged or not.
    if (effects.length % 37 !== 0) return true
    setImmediate(() => server.dropConnections())
    return effects.length % 2 === 0
  }
  const rows = Array.from({ length: 300 }, (_, value) => `200,acme_N,n,${value}`)
  await Promise.all(rows.map((row) => device.sendRows([row])))
  assert.ok(server.connects.length > 5)
  assert.deepEqual(effects, rows)
})

test('while nobody listens messages wait, up to a limit, and no further', async () => {
  await using server = await ScriptedServer.start()
  await using device = await start(server, { limits: { queuedMessagesMax: 3 } })
  await server.close()
  const kept = [1, 2, 3].map((value) => device.send.createBatteryMeasurement({ level: value }))
  await assert.rejects(device.send.createBatteryMeasurement({ level: 4 }), { code: 'queueFull' })
  await server.open()
  await Promise.all(kept)
  assert.deepEqual(
    server.payloads().filter((payload) => payload.startsWith('212')),
    ['212,1', '212,2', '212,3'],
  )
})

test('a row that fits into no packet is refused instead of being sent for ever', async () => {
  await using server = await ScriptedServer.start()
  await using device = await start(server)
  const text = 'x'.repeat(17_000)
  await assert.rejects(device.send.setConfiguration({ text }), { code: 'messageTooLarge' })
  await assert.rejects(device.publish('s/uc/acme', text), { code: 'messageTooLarge' })
  for (const topic of ['', 's/us/#', '$SYS/x', 'a/+/b', 'x/'.repeat(10)]) {
    await assert.rejects(device.publish(topic, ''), { code: 'valueRefused' })
  }
  assert.throws(() => device.child('a/b'), { code: 'valueRefused' })
  await device.send.sendHeartbeat()
  assert.equal(server.connects.length, 1)
})

test('closing waits for acknowledgements, and takes nothing more', async () => {
  await using server = await ScriptedServer.start()
  const device = await start(server)
  let isAcknowledged = false
  const sent = device.send.sendHeartbeat().then(() => {
    isAcknowledged = true
  })
  const closed = device.close()
  await assert.rejects(device.send.sendHeartbeat(), { code: 'closed' })
  await closed
  assert.ok(isAcknowledged)
  await sent
  assert.equal(await device.ended, undefined)
})

test('closing gives up after a while what nobody acknowledges', async () => {
  await using server = await ScriptedServer.start()
  const device = await start(server, { limits: { closeTimeoutMs: 30 } })
  server.acknowledges = () => false
  const sent = assert.rejects(device.send.sendHeartbeat(), { code: 'closed' })
  await inTime('the end', device.close())
  await sent
})

test('the signal ends a start that goes on and on, and a device that runs', async () => {
  await using server = await ScriptedServer.start()
  const url = server.url
  await server.close()
  const controller = new AbortController()
  const reason = new Error('enough')
  const starting = startDevice({
    id: 'm1',
    url,
    credentials: memoryCredentialStore(credentials),
    limits: quick,
    signal: controller.signal,
    onProgress: (progress) => {
      if (progress.kind === 'reconnecting' && progress.attempt === 3) controller.abort(reason)
    },
  })
  await assert.rejects(inTime('the abort', starting), reason)

  await server.open()
  const other = new AbortController()
  const device = await start(server, { signal: other.signal })
  other.abort(reason)
  assert.equal(await inTime('the end', device.ended), undefined)
  await server.until('the disconnect', () => server.connectionCount === 0)
})

test('questions are answered, and not when the connection ends in between', async () => {
  await using server = await ScriptedServer.start()
  server.onMessage = ({ payload }) => {
    if (payload === '105') server.deliver('s/ds', '106,m1_a,m1_b')
    else if (payload === '123') server.dropConnections()
  }
  await using device = await start(server)
  assert.deepEqual(await device.send.getChildDevices(), ['m1_a', 'm1_b'])
  await assert.rejects(device.send.getOwnId(), { code: 'noReply' })
  assert.deepEqual(await device.send.getChildDevices(), ['m1_a', 'm1_b'])
  assert.equal(server.payloads().filter((payload) => payload === '123').length, 1)
})

test('refused rows are told, but not that the device exists already', async () => {
  await using server = await ScriptedServer.start()
  server.onMessage = ({ payload }) => {
    if (payload.startsWith('100')) server.deliver('s/e', '41,100,Device already existing')
    else if (payload === '125') server.deliver('s/e', '41,100,Device already existing')
  }
  const problems: RowProblemReport[] = []
  await using device = await start(server, { onProblem: (problem) => problems.push(problem) })
  await device.send.sendHeartbeat()
  await server.until('both lines', () => server.payloads().includes('125'))
  await device.send.sendHeartbeat()
  assert.deepEqual(problems[0], { code: 41, messageId: '100', text: 'Device already existing' })
})

test('operations: started, done, answered, and each where it belongs', async () => {
  await using server = await ScriptedServer.start()
  const seen: DeviceOperation[] = []
  await using device = await start(server, {
    operations: {
      c8y_Command: (operation) => {
        seen.push(operation)
        if (operation.values['text'] === 'fail') throw new Error('no, never')
        return `ran ${operation.values['text']}`
      },
    },
  })
  server.deliver('s/ds', '511,m1,"ls -l, pwd"')
  server.deliver('s/ds', '511,m1_a,fail')
  server.deliver('s/ds', '510,m1')
  await server.until(
    'both ends',
    () =>
      server.payloads('s/us/m1_a').length === 2 &&
      server.payloads().some((payload) => payload.startsWith('503')),
  )
  const status = (topic: string) =>
    server.payloads(topic).filter((payload) => payload.startsWith('50') && payload !== '500')
  assert.deepEqual(status('s/us'), ['501,c8y_Command', '503,c8y_Command,"ran ls -l, pwd"'])
  assert.deepEqual(status('s/us/m1_a'), ['501,c8y_Command', '502,c8y_Command,"no, never"'])
  assert.deepEqual(
    seen.map(({ fragment, externalId, values, row }) => ({ fragment, externalId, values, row })),
    [
      {
        fragment: 'c8y_Command',
        externalId: 'm1',
        values: { text: 'ls -l, pwd' },
        row: ['511', 'm1', 'ls -l, pwd'],
      },
      {
        fragment: 'c8y_Command',
        externalId: 'm1_a',
        values: { text: 'fail' },
        row: ['511', 'm1_a', 'fail'],
      },
    ],
  )

  const { promise: restarted, resolve } = Promise.withResolvers<void>()
  device.onOperation('c8y_Restart', () => {
    resolve()
    return stillExecuting
  })
  await server.until('news of it', () => server.payloads().includes('114,c8y_Command,c8y_Restart'))
  await server.until('the question for it', () => server.payloads().at(-1) === '500')
  server.deliver('s/ds', '510,m1')
  await restarted
})

test('an operation for a child that no topic can name stays as it is, and is told', async () => {
  await using server = await ScriptedServer.start()
  const problems: RowProblemReport[] = []
  await using device = await start(server, {
    operations: { c8y_Command: () => 'done' },
    onProblem: (problem) => problems.push(problem),
  })
  server.deliver('s/ds', '511,m1#2,uptime')
  server.deliver('s/ds', '511,m1/3,uptime')
  server.deliver('s/ds', '511,m1,uptime')
  await server.until('the answer', () => server.payloads().includes('503,c8y_Command,done'))
  await device.send.sendHeartbeat()
  assert.equal(server.connects.length, 1)
  assert.deepEqual(
    server.received.filter(({ topic }) => topic.startsWith('s/us/')),
    [],
  )
  assert.deepEqual(
    problems.map(({ messageId, text }) => `${messageId} ${text}`),
    [
      '511 Nothing can be sent to the topic "s/us/m1#2"',
      '511 Nothing can be sent to the topic "s/us/m1/3"',
    ],
  )
  await assert.rejects(start(server, { children: [{ id: 'm1/3' }] }), { code: 'valueRefused' })
})

test('an operation delivered again while it runs is not run again, whatever the network does', async () => {
  await using server = await ScriptedServer.start()
  const { promise: finished, resolve: finish } = Promise.withResolvers<string>()
  const begun: string[] = []
  await using device = await start(server, {
    operations: {
      c8y_Command: ({ values }) => {
        begun.push(values['text'] ?? '')
        return finished
      },
    },
  })
  // Pending until the server has heard 501, and sent again with every subscription until then.
  let isPending = true
  server.onSubscribe = (topics) => {
    if (isPending && topics.includes('s/ds')) server.deliver('s/ds', '511,m1,slow')
  }
  server.acknowledges = ({ payload }) => {
    if (payload !== '501,c8y_Command' || server.connects.length > 2) return true
    setImmediate(() => server.dropConnections())
    return false
  }
  server.onMessage = ({ payload }) => {
    if (payload === '501,c8y_Command' && server.connects.length > 2) isPending = false
  }
  server.deliver('s/ds', '511,m1,slow')
  await server.until('a third connection that works', () => !isPending)
  finish('done')
  await server.until('the end', () => server.payloads().includes('503,c8y_Command,done'))
  await device.send.sendHeartbeat()
  assert.deepEqual(begun, ['slow'])
})

test('a handler may close the device; the operation goes on, and the next start reports it', async () => {
  await using server = await ScriptedServer.start()
  const closed = Promise.withResolvers<void>()
  const first: Device = await start(server, {
    operations: {
      c8y_Restart: () => {
        void first.close().then(closed.resolve)
        return stillExecuting
      },
    },
  })
  server.deliver('s/ds', '510,m1')
  await inTime('the restart', closed.promise)
  await using second = await start(server)
  await second.send.succeedOperation({ fragment: 'c8y_Restart' })
  assert.deepEqual(
    server.payloads().filter((payload) => payload.includes('c8y_Restart')),
    ['100,,\n114,c8y_Restart', '501,c8y_Restart', '503,c8y_Restart'],
  )
})

test('other topics are heard and spoken to as they are', async () => {
  await using server = await ScriptedServer.start()
  const { promise, resolve } = Promise.withResolvers<readonly string[]>()
  await using device = await start(server, {
    subscriptions: ['s/dc/acme'],
    onMessage: (topic, payload) => resolve([topic, payload]),
  })
  server.deliver('s/dc/acme', 'op1,m1,7')
  assert.deepEqual(await inTime('the row', promise), ['s/dc/acme', 'op1,m1,7'])
  await device.publish('s/uc/acme', 'r1,1')
  assert.deepEqual(server.payloads('s/uc/acme'), ['r1,1'])
})

test('a simulated device reports when its clock says so, and lives the same life again', async () => {
  const lives: (readonly string[])[] = []
  for (let life = 0; life < 2; life++) {
    await using server = await ScriptedServer.start()
    const clock = new ManualClock(Date.UTC(2032, 1, 1))
    await using device = await simulateDevice({
      id: 'm1',
      url: server.url,
      credentials: memoryCredentialStore(credentials),
      limits: quick,
      seed: 5,
      everyMs: 600_000,
      sensorCount: 1,
      clock,
    })
    for (let report = 1; report <= 50; report++) {
      await inTime('the pause', clock.passPause())
      const count = report
      const reports = (): number => server.payloads('s/us/m1_s1').length
      await server.until(`report ${count}`, () => reports() === count)
    }
    lives.push([...server.payloads('s/us'), ...server.payloads('s/us/m1_s1')])
    assert.equal(device.counts.lostRows, 0)
  }
  assert.deepEqual(lives[0], lives[1])
  assert.ok(lives[0]?.some((payload) => payload.includes('400,sim_Door,Door opened')))
})

/** Time passes when the test says so, by as much as somebody waits for. */
class ManualClock implements SimulationClock {
  #now: number
  #waiting: { readonly ms: number; readonly resolve: () => void } | undefined
  #onWait: (() => void) | undefined

  constructor(now: number) {
    this.#now = now
  }

  now(): number {
    return this.#now
  }

  pause(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      signal.addEventListener('abort', () => reject(new Error('Woken up')), { once: true })
      this.#waiting = { ms, resolve }
      this.#onWait?.()
    })
  }

  /** Ends the pause that somebody is in, or the next one. */
  async passPause(): Promise<void> {
    if (this.#waiting === undefined) {
      const { promise, resolve } = Promise.withResolvers<void>()
      this.#onWait = resolve
      await promise
    }
    const waiting = this.#waiting
    this.#waiting = undefined
    this.#now += waiting?.ms ?? 0
    waiting?.resolve()
  }
}
