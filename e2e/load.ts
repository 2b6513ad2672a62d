import { LoadDevice, type Recovery } from './load-device.ts'
import {
  findViolations,
  type History,
  type SentWrite,
  type Stored,
  type StoredItem,
} from './load-history.ts'
import { connectDevice, type DeviceLogin } from './mqtt-device.ts'
import { findObjectId, mqttUrl, registerDevice } from './register-device.ts'
import type { Document, RestClient } from './rest-client.ts'
import type { Platform } from './start-platform.ts'

const kinds: readonly { readonly qos: 1 | 2; readonly recovery: Recovery }[] = [
  { qos: 1, recovery: 'retransmit' },
  { qos: 1, recovery: 'republish' },
  // The session of QoS 2 ends with the connection, so what is left is sent as a new message.
  { qos: 2, recovery: 'republish' },
]
const pageSize = 2000

/** Registers devices of each kind and makes them send and be written to, once told to. */
export async function prepareLoad(
  platform: Platform,
  {
    devicesOfKind,
    writersCount,
  }: { readonly devicesOfKind: number; readonly writersCount: number },
): Promise<Load> {
  const load = new Load(platform, writersCount)
  for (const { qos, recovery } of kinds) {
    for (let index = 0; index < devicesOfKind; index++) {
      const id = `load-${qos}-${recovery}-${index}`
      const login = await registerDevice(platform, id)
      await using first = await connectDevice(mqttUrl(platform), login)
      await first.publish('s/us', '100')
      load.add({ login, qos, recovery, objectId: await findObjectId(platform, id) })
    }
  }
  return load
}

/**
 * Devices that send with QoS 1 and 2 as fast as they are acknowledged, and writers that create
 * operations and events over REST, while the platform comes and goes.
 */
export class Load {
  readonly history: History = { messages: [], writes: [], surprises: [] }
  readonly #platform: Platform
  readonly #writersCount: number
  readonly #devices: LoadDevice[] = []
  readonly #objectIds = new Map<string, string>()
  readonly #acknowledgements = new Countdown()
  #clients: Promise<unknown> = Promise.resolve()
  #writing = new AbortController()

  constructor(platform: Platform, writersCount: number) {
    this.#platform = platform
    this.#writersCount = writersCount
  }

  add(device: {
    readonly login: DeviceLogin
    readonly qos: 1 | 2
    readonly recovery: Recovery
    readonly objectId: string
  }): void {
    const { history } = this
    const onAcknowledged = (): void => this.#acknowledgements.count()
    this.#devices.push(new LoadDevice({ ...device, history, onAcknowledged }))
    this.#objectIds.set(device.login.clientId, device.objectId)
  }

  /** All connect and send on; done at once, since the end may come before the last is in. */
  begin(): void {
    const { mqttPort, rest } = this.#platform
    this.#writing = new AbortController()
    const { signal } = this.#writing
    this.#clients = Promise.allSettled([
      ...this.#devices.map((device) => device.connect(mqttPort)),
      ...Array.from({ length: this.#writersCount }, (_, index) => this.#write(rest, index, signal)),
    ])
  }

  /** Done after so many more acknowledgements of messages. */
  acknowledged(count: number): Promise<void> {
    return this.#acknowledgements.reached(count)
  }

  /** Done when every client has noticed that the platform is gone. */
  async interrupted(): Promise<void> {
    this.#writing.abort()
    await this.#clients
    await Promise.all(this.#devices.map((device) => device.disconnected()))
  }

  /** All devices connect once more, see to what is left, and disconnect. */
  async finish(): Promise<void> {
    const { mqttPort } = this.#platform
    await Promise.all(this.#devices.map((device) => device.connect(mqttPort)))
    await Promise.all(this.#devices.map((device) => device.finish()))
  }

  /** Compares what the clients know with what REST shows. */
  async violations(): Promise<readonly string[]> {
    return findViolations(this.history, await readStored(this.#platform.rest, this.#objectIds))
  }

  summary(): string {
    const { messages, writes } = this.history
    const acknowledged = messages.filter(({ isAcknowledged }) => isAcknowledged).length
    const answered = writes.filter(({ id }) => id !== undefined).length
    return (
      `${acknowledged} of ${messages.length} messages acknowledged, ` +
      `${answered} of ${writes.length} writes answered`
    )
  }

  /** Writes one after the other until there is no answer. */
  async #write(rest: RestClient, index: number, signal: AbortSignal): Promise<void> {
    const { history } = this
    const targets = [...this.#objectIds]
    for (let count = index; !signal.aborted; count++) {
      const [device, objectId] = targets[count % targets.length] ?? ['', '']
      const kind = count % 2 === 0 ? 'operation' : 'event'
      const write: SentWrite = { device, kind, key: `${kind}-${history.writes.length}` }
      history.writes.push(write)
      try {
        const { status, body } = await rest.request('POST', ...requestOf(write, objectId))
        if (status === 201) write.id = body.id
        // What is refused while the platform stops was not stored.
        else if (status !== 503) history.surprises.push(`${write.key} was answered ${status}`)
      } catch {
        // No answer: the write may be there or not.
        return
      }
    }
  }
}

/** Lets a test wait for a number of things to happen. */
class Countdown {
  #left = 0
  #resolve: (() => void) | undefined

  reached(count: number): Promise<void> {
    this.#left = count
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#resolve = resolve
    if (count === 0) resolve()
    return promise
  }

  count(): void {
    this.#left -= 1
    if (this.#left === 0) this.#resolve?.()
  }
}

function requestOf({ kind, key }: SentWrite, objectId: string): [path: string, body: Document] {
  return kind === 'operation'
    ? ['/devicecontrol/operations', { deviceId: objectId, acme_Load: { key } }]
    : [
        '/event/events',
        { source: { id: objectId }, type: 'acme_Written', text: key, time: '2032-02-01T08:00:00Z' },
      ]
}

async function readStored(
  rest: RestClient,
  objectIds: ReadonlyMap<string, string>,
): Promise<Stored> {
  const messageEvents: StoredItem[] = []
  const messageMeasurements: StoredItem[] = []
  const writtenEvents: StoredItem[] = []
  for (const [device, id] of objectIds) {
    for (const event of await readAll(rest, `/event/events?source=${id}`, 'events')) {
      const items = event.type === 'acme_Load' ? messageEvents : writtenEvents
      items.push({ device, id: event.id, key: event.text })
    }
    const path = `/measurement/measurements?source=${id}`
    for (const measurement of await readAll(rest, path, 'measurements')) {
      const { value, unit } = measurement.acme_Load.S
      const isIntact = String(value) === unit.split('/')[1]
      const key = isIntact ? unit : `${unit} with ${value}`
      messageMeasurements.push({ device, id: measurement.id, key })
    }
  }
  const operations = await readAll(rest, '/devicecontrol/operations?', 'operations')
  return {
    messageEvents,
    messageMeasurements,
    writtenEvents,
    operations: operations.map(({ id, deviceId, status, acme_Load: { key } }) => {
      return { device: deviceId, id, key, status }
    }),
  }
}

async function readAll(
  rest: RestClient,
  path: string,
  member: string,
): Promise<readonly Document[]> {
  const all: Document[] = []
  for (let page = 1; ; page++) {
    const answer = await rest.get(`${path}&pageSize=${pageSize}&currentPage=${page}`)
    const items: Document[] = answer[member]
    all.push(...items)
    if (items.length < pageSize) return all
  }
}
