// The device SDK on a plain broker that knows nothing of the protocol. Another client plays the
// platform: it reads the device's rows from the broker and answers as the specification says.
import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { memoryCredentialStore, startDevice } from '@pileus/device-sdk'
import mqtt, { type MqttClient } from 'mqtt'
import { findFreePort } from './free-port.ts'
import { reasonToSkip } from './shell.ts'
import { until } from './until.ts'

const program = 'mosquitto'
const skip = reasonToSkip([program], 'mosquitto')
const limits = { backOff: { minMs: 20, maxMs: 100 } }

test('credentials, children and operations, with a broker in between', { skip }, async () => {
  await using broker = await Broker.start()
  await using server = await PlayedServer.connect(broker.url)
  server.answers = (topic, row) => {
    if (topic === 's/ucr') {
      const polls = server.rows('s/ucr').length
      return polls === 3 ? { 's/dcr': '70,t9,device_m1,s3cr3t' } : {}
    }
    // The operations of before are asked for with row 500.
    if (row === '500' && topic === 's/us') return { 's/ds': '511,m1,"one, two"', 's/e': '41,100,x' }
    return row === '503,c8y_Command,did it' ? { 's/ds': '510,m1_a' } : {}
  }
  const done: string[] = []
  await using device = await startDevice({
    id: 'm1',
    url: broker.url,
    credentials: memoryCredentialStore(),
    bootstrap: { password: 'any', pollEveryMs: 20 },
    children: [{ id: 'm1_a', name: 'A', type: 'acme_Line' }],
    operations: {
      c8y_Command: ({ values }) => {
        done.push(values['text'] ?? '')
        return 'did it'
      },
      c8y_Restart: ({ externalId }) => void done.push(externalId),
    },
    limits,
  })
  await until('the second end', () => server.rows('s/us/m1_a').length === 2)
  assert.deepEqual(done, ['one, two', 'm1_a'])
  assert.deepEqual(server.rows('s/us/m1_a'), ['501,c8y_Restart', '503,c8y_Restart'])
  assert.deepEqual(server.rows('s/us').slice(0, 4), [
    '100,,',
    '101,m1_a,A,acme_Line',
    '114,c8y_Command,c8y_Restart',
    '500',
  ])
  await device.send.createBatteryMeasurement({ level: 80 })
  assert.ok(server.rows('s/us').includes('212,80'))
})

test('a broker that is stopped and started again in the middle costs nothing', {
  skip,
}, async () => {
  await using broker = await Broker.start()
  await using server = await PlayedServer.connect(broker.url)
  const credentials = memoryCredentialStore({ tenant: 't9', user: 'device_m1', password: 'any' })
  await using device = await startDevice({ id: 'm1', url: broker.url, credentials, limits })
  const rows = Array.from({ length: 300 }, (_, value) => `200,acme_N,n,${value}`)
  const sent = rows.slice(0, 200).map((row) => device.sendRows([row]))
  await sent[100]
  await broker.stop()
  sent.push(...rows.slice(200).map((row) => device.sendRows([row])))
  await broker.start()
  await Promise.all(sent)
  const isLast = (): boolean => server.rows('s/us').includes(rows.at(-1) ?? '')
  await until('the last row', isLast)

  const arrived = server.rows('s/us').filter((row) => row.startsWith('200'))
  // The broker passes repetitions on; each of them stands beside what it repeats.
  assert.deepEqual([...new Set(arrived)], rows)
})

/** Mosquitto on a port of its own. What it has acknowledged it keeps, also when it is stopped. */
class Broker implements AsyncDisposable {
  readonly #folder = mkdtempSync(join(tmpdir(), 'pileus-mosquitto-'))
  readonly #port: number
  #process: ChildProcess | undefined

  constructor(port: number) {
    this.#port = port
    const settings = [
      `listener ${port} 127.0.0.1`,
      'allow_anonymous true',
      'persistence true',
      `persistence_location ${this.#folder}/`,
      'max_queued_messages 0',
      'user root',
    ]
    writeFileSync(join(this.#folder, 'conf'), settings.join('\n'))
  }

  static async start(): Promise<Broker> {
    const broker = new Broker(await findFreePort())
    await broker.start()
    return broker
  }

  get url(): string {
    return `mqtt://127.0.0.1:${this.#port}`
  }

  async start(): Promise<void> {
    this.#process = spawn(program, ['-c', join(this.#folder, 'conf')], { stdio: 'ignore' })
    await until(program, () => accepts(this.#port))
  }

  async stop(): Promise<void> {
    const child = this.#process
    if (child === undefined) return
    const ended = new Promise((resolve) => child.once('exit', resolve))
    child.kill('SIGTERM')
    await ended
    this.#process = undefined
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
    rmSync(this.#folder, { recursive: true })
  }
}

/** What a platform does, by hand. Its session is kept by the broker. */
class PlayedServer implements AsyncDisposable {
  /** What to publish for a row, by topic. */
  answers: (topic: string, row: string) => Readonly<Record<string, string>> = () => ({})
  readonly #client: MqttClient
  readonly #rows = new Map<string, string[]>()

  constructor(client: MqttClient) {
    this.#client = client
    client.on('error', () => {
      // It connects again by itself.
    })
    client.on('message', (topic, payload) => this.#receive(topic, payload.toString()))
  }

  static async connect(url: string): Promise<PlayedServer> {
    const client = await mqtt.connectAsync(url, {
      clientId: 'server',
      clean: false,
      reconnectPeriod: 20,
    })
    await client.subscribeAsync(['s/us', 's/us/#', 's/ucr'], { qos: 1 })
    return new PlayedServer(client)
  }

  /** In order of arrival. */
  rows(topic: string): readonly string[] {
    return this.#rows.get(topic) ?? []
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#client.endAsync(true)
  }

  #receive(topic: string, payload: string): void {
    for (const row of payload.split('\n')) {
      const rows = this.#rows.get(topic)
      if (rows === undefined) this.#rows.set(topic, [row])
      else rows.push(row)
      for (const [to, text] of Object.entries(this.answers(topic, row))) {
        this.#client.publish(to, text, { qos: 1 })
      }
    }
  }
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}
