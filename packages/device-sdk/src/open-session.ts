import { ConnectionLost, connectMqtt, publishOnce } from './mqtt-connection.ts'
import { PacketIds } from './packet-ids.ts'

export interface SessionOptions {
  /** The device identifier, which is the MQTT client id (mqtt-endpoint §3). */
  readonly id: string
  /** `mqtt://host:port`, `mqtts://…`, `ws://host:port/mqtt` or `wss://…`. */
  readonly url: string
  /** As MQTT has it, `<tenant>/<user>`: the device itself, or somebody who may act for it. */
  readonly userName: string
  readonly password: string
  /** Certificates in PEM form that the server's may be signed by, instead of the usual ones. */
  readonly trustedCertificates?: string | readonly string[]
  readonly onMessage: (topic: string, payload: string) => void
  readonly signal: AbortSignal
}

export type SessionOutcome =
  | { readonly kind: 'open'; readonly session: DeviceSession }
  /** CONNACK with a code other than 0 (mqtt-endpoint §4). */
  | { readonly kind: 'refused'; readonly code: number; readonly reason: string }
  | { readonly kind: 'unreachable'; readonly reason: string }

/** One connection of a device, in which nothing is said but what the caller says. */
export interface DeviceSession extends AsyncDisposable {
  /** Gives those that the server refuses. Throws when the connection ends. */
  subscribe(topics: readonly string[]): Promise<readonly string[]>
  /** Done when it is acknowledged. Throws when the connection ends before. */
  publish(topic: string, payload: string): Promise<void>
}

const keepAliveSeconds = 60
const connectTimeoutMs = 20_000

/**
 * Connects once, for programs that send a few rows as a device and go again: unlike `startDevice`
 * it does not introduce the device, hears no operations, and does not come back. Throws the reason
 * of the signal.
 */
export async function openSession(options: SessionOptions): Promise<SessionOutcome> {
  const { id, signal, onMessage, ...target } = options
  const packetIds = new PacketIds(Math.random())
  const outcome = await connectMqtt(
    { ...target, clientId: id, keepAliveSeconds, connectTimeoutMs, packetIds, onMessage },
    signal,
  )
  if (outcome.kind !== 'open') return outcome
  const { connection } = outcome
  const session: DeviceSession = {
    subscribe: async (topics) => {
      const granted = await connection.subscribe(topics)
      return topics.filter((_, index) => granted[index] === 128)
    },
    publish: (topic, payload) => publishOnce(connection, packetIds, { topic, payload }),
    [Symbol.asyncDispose]: () => connection.end(),
  }
  return { kind: 'open', session }
}

/** Whether the connection ended before what was asked was done; its message says why. */
export function isConnectionLost(error: unknown): error is Error {
  return error instanceof ConnectionLost
}
