import mqtt, { type IClientOptions, type MqttClient } from 'mqtt'
import { deferred } from './deferred.ts'
import { DeviceError } from './device-error.ts'
import type { PacketIds } from './packet-ids.ts'

/** One connection to the server, from CONNACK to its end. It never comes back by itself. */
export interface MqttConnection {
  /** Settled when the connection is over, with the reason. */
  readonly closed: Promise<string>
  /**
   * Sends with QoS 1. `onAcknowledged` is called when PUBACK has come; never, if the connection
   * ends before.
   */
  publish(message: Outgoing, onAcknowledged: () => void): void
  /** What the promise gives. Throws `ConnectionLost` when the connection ends first. */
  whileOpen<T>(promise: Promise<T>): Promise<T>
  /** The granted QoS of each filter, 128 where it is refused. Throws when the connection ends. */
  subscribe(filters: readonly string[]): Promise<readonly number[]>
  /**
   * Gives the filters up and takes them again, with nothing in between but `onSilence`: before it
   * comes what was meant for the old subscription, after it what the new one brings.
   */
  resubscribe(filters: readonly string[], onSilence: () => void): Promise<readonly number[]>
  /** DISCONNECT. */
  end(): Promise<void>
}

export interface Outgoing {
  readonly topic: string
  readonly payload: string
  readonly packetId: number
  /** It has been sent before, and nobody knows whether it arrived. */
  readonly isRepeated: boolean
}

/** How an attempt to connect went. */
export type ConnectOutcome =
  | { readonly kind: 'open'; readonly connection: MqttConnection }
  /** CONNACK with a code other than 0 (mqtt-endpoint §4). */
  | { readonly kind: 'refused'; readonly code: number; readonly reason: string }
  /** No CONNACK came: no network, no server, or not in time. */
  | { readonly kind: 'unreachable'; readonly reason: string }

export interface MqttTarget {
  /** `mqtt://host:port`, `mqtts://…`, `ws://host:port/mqtt` or `wss://…`. */
  readonly url: string
  readonly clientId: string
  readonly userName: string
  readonly password: string
  readonly keepAliveSeconds: number
  readonly connectTimeoutMs: number
  /** Certificates in PEM form that the server's may be signed by, instead of the usual ones. */
  readonly trustedCertificates?: string | readonly string[]
  readonly packetIds: PacketIds
  readonly onMessage: (topic: string, payload: string) => void
}

/** One attempt. Throws the reason of the signal, and `valueRefused` where the URL is none. */
export async function connectMqtt(
  target: MqttTarget,
  signal: AbortSignal,
): Promise<ConnectOutcome> {
  signal.throwIfAborted()
  const server = parseUrl(target.url)
  const ids = new ConnectionPacketIds(target.packetIds)
  const client = mqtt.connect({ ...server, ...clientOptions(target, ids) })
  sendAtOnce(client)
  const abort = (): void => drop(client)
  signal.addEventListener('abort', abort, { once: true })
  try {
    const outcome = await settle(client, target, ids)
    signal.throwIfAborted()
    return outcome
  } finally {
    signal.removeEventListener('abort', abort)
  }
}

/**
 * Sends what is not sent again when it gets lost. Done when it is acknowledged; throws
 * `ConnectionLost` when the connection ends before.
 */
export async function publishOnce(
  connection: MqttConnection,
  packetIds: PacketIds,
  message: Pick<Outgoing, 'topic' | 'payload'>,
): Promise<void> {
  const { promise: acknowledged, resolve } = deferred<void>()
  const packetId = packetIds.take()
  connection.publish({ ...message, packetId, isRepeated: false }, () => resolve(undefined))
  try {
    await connection.whileOpen(acknowledged)
  } finally {
    packetIds.free(packetId)
  }
}

const forms = 'mqtt://host:port, mqtts://…, ws://… or wss://…'

/**
 * Where the server is. MQTT.js would take a bad URL for the address of something on this machine,
 * credentials and a client id in one for ours, and brackets off where a WebSocket needs them.
 */
function parseUrl(text: string): IClientOptions {
  const url = URL.canParse(text) ? new URL(text) : undefined
  const protocol = protocols.find((each) => url?.protocol === `${each}:`)
  if (url === undefined || url.hostname === '' || protocol === undefined) {
    throw new DeviceError('valueRefused', `"${text}" is no address of a server: ${forms}`)
  }
  if (url.username !== '' || url.password !== '') {
    throw new DeviceError('valueRefused', `An address of a server has no user in it: ${forms}`)
  }
  const port = url.port === '' ? {} : { port: Number(url.port) }
  if (protocol === 'ws' || protocol === 'wss') {
    return { protocol, hostname: url.hostname, ...port, path: url.pathname + url.search }
  }
  return { protocol, hostname: url.hostname.replaceAll(/[[\]]/g, ''), ...port }
}

const protocols = ['mqtt', 'mqtts', 'ws', 'wss'] as const

function clientOptions(target: MqttTarget, ids: ConnectionPacketIds): IClientOptions {
  const { trustedCertificates: ca } = target
  return {
    protocolVersion: 4,
    clientId: target.clientId,
    username: target.userName,
    password: target.password,
    keepalive: target.keepAliveSeconds,
    connectTimeout: target.connectTimeoutMs,
    clean: true,
    // Coming back, and what to send then, is decided by those who know what has been acknowledged.
    reconnectPeriod: 0,
    resubscribe: false,
    messageIdProvider: ids,
    ...(ca !== undefined && { ca: typeof ca === 'string' ? ca : [...ca] }),
  }
}

/**
 * Without this TCP keeps a small packet back until the one before is acknowledged, which the other
 * side delays: 40 ms for each step of an operation. WebSockets do it by themselves.
 */
function sendAtOnce({ stream }: MqttClient): void {
  if ('setNoDelay' in stream && typeof stream.setNoDelay === 'function') stream.setNoDelay(true)
}

function settle(
  client: MqttClient,
  { onMessage }: MqttTarget,
  ids: ConnectionPacketIds,
): Promise<ConnectOutcome> {
  return new Promise((resolve) => {
    let reason = 'The server ended the connection'
    client.on('error', (error) => {
      reason = error.message === '' ? error.name : error.message
      const code = 'code' in error ? error.code : undefined
      // MQTT.js gives the code of CONNACK as a number, and the name of a socket error as text.
      if (typeof code === 'number') resolve({ kind: 'refused', code, reason })
      // Errors of setting up a socket are not always followed by its end.
      else if (!client.connected) drop(client)
    })
    const closed = new Promise<string>((resolveClosed) => {
      client.on('close', () => {
        ids.clear()
        resolveClosed(reason)
        resolve({ kind: 'unreachable', reason })
      })
    })
    client.on('connect', () => {
      resolve({ kind: 'open', connection: openConnection(client, ids, closed) })
    })
    const decoder = new TextDecoder()
    client.on('message', (topic, payload) => onMessage(topic, decoder.decode(payload)))
  })
}

function openConnection(
  client: MqttClient,
  ids: ConnectionPacketIds,
  closed: Promise<string>,
): MqttConnection {
  // One reaction to the end for all that wait, since a connection may live for years.
  const waiting = new Set<(error: ConnectionLost) => void>()
  let lost: ConnectionLost | undefined
  void closed.then((reason) => {
    lost = new ConnectionLost(reason)
    for (const reject of waiting) reject(lost)
  })
  const whileOpen = async <T>(promise: Promise<T>): Promise<T> => {
    if (lost !== undefined) throw lost
    const { promise: end, reject } = deferred<never>()
    waiting.add(reject)
    try {
      return await Promise.race([promise, end])
    } finally {
      waiting.delete(reject)
    }
  }
  return {
    closed,
    whileOpen,
    publish: ({ topic, payload, packetId, isRepeated }, onAcknowledged) => {
      if (!client.connected) return
      ids.useNext(packetId)
      client.publish(topic, payload, { qos: 1, dup: isRepeated }, (error) => {
        // An error here is the end of the connection, which is told by `closed`.
        if (!error) onAcknowledged()
      })
    },
    subscribe: (filters) => whileOpen(subscribe(client, filters)),
    resubscribe: (filters, onSilence) => {
      // Called at UNSUBACK itself: a promise would be told after the packets that came with it.
      client.unsubscribe([...filters], (error) => {
        if (!error) onSilence()
      })
      return whileOpen(subscribe(client, filters))
    },
    end: () => endConnection(client, closed),
  }
}

function subscribe(client: MqttClient, filters: readonly string[]): Promise<readonly number[]> {
  return new Promise((resolve, reject) => {
    client.subscribe([...filters], { qos: 1 }, (error, _granted, packet) => {
      if (packet === undefined) reject(new ConnectionLost(error?.message ?? 'No SUBACK'))
      else resolve(packet.granted.map(Number))
    })
  })
}

/** What a server may take to close its side after DISCONNECT. */
const endTimeoutMs = 2_000

async function endConnection(client: MqttClient, closed: Promise<string>): Promise<void> {
  if (client.connected) {
    // MQTT.js would wait for these, for ever if need be.
    for (const id of Object.keys(client.outgoing)) client.removeOutgoingMessage(Number(id))
    client.end()
  } else drop(client)
  const timer = setTimeout(() => drop(client), endTimeoutMs)
  await closed
  clearTimeout(timer)
}

/** The connection ended while something was asked on it. */
export class ConnectionLost extends Error {
  override readonly name = 'ConnectionLost'
}

function drop(client: MqttClient): void {
  client.end(true)
  client.stream?.destroy()
}

/** What MQTT.js asks for packet ids: the one given for a message, and fresh ones for the rest. */
class ConnectionPacketIds {
  readonly #ids: PacketIds
  #given: number | undefined
  #last = 0
  /** Ids of SUBSCRIBE and UNSUBSCRIBE live and die with the connection. */
  readonly #own = new Set<number>()

  constructor(ids: PacketIds) {
    this.#ids = ids
  }

  useNext(id: number): void {
    this.#given = id
  }

  allocate(): number {
    if (this.#given === undefined) {
      this.#last = this.#ids.take()
      this.#own.add(this.#last)
    } else {
      this.#last = this.#given
      this.#given = undefined
    }
    return this.#last
  }

  getLastAllocated(): number {
    return this.#last
  }

  register(): boolean {
    return true
  }

  deallocate(id: number): void {
    if (this.#own.delete(id)) this.#ids.free(id)
  }

  clear(): void {
    for (const id of this.#own) this.#ids.free(id)
    this.#own.clear()
  }
}
