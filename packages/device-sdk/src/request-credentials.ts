import { parsePayload } from '@pileus/smartrest'
import type { DeviceCredentials } from './credentials.ts'
import { DeviceError } from './device-error.ts'
import type { Bootstrap, DeviceLimits, StartProgress } from './device-options.ts'
import { keepConnected } from './keep-connected.ts'
import { connectMqtt, type MqttConnection } from './mqtt-connection.ts'
import type { PacketIds } from './packet-ids.ts'
import { pause } from './pause.ts'

export interface CredentialsRequest {
  readonly id: string
  readonly url: string
  readonly trustedCertificates?: string | readonly string[]
  readonly bootstrap: Bootstrap
  readonly limits: DeviceLimits
  readonly packetIds: PacketIds
  readonly random: () => number
  readonly onProgress: (progress: StartProgress) => void
  readonly signal: AbortSignal
}

/**
 * Asks for credentials until an operator has accepted the device, over as many connections as that
 * takes. Throws `credentialsRefused` when it is the bootstrap user whom the server refuses.
 *
 * @see registration §3
 */
export async function requestCredentials(request: CredentialsRequest): Promise<DeviceCredentials> {
  const { id, url, bootstrap, limits, packetIds, signal, onProgress } = request
  const { trustedCertificates } = request
  const { securityToken } = bootstrap
  if (securityToken !== undefined && !/^.{8,128}$/.test(securityToken)) {
    throw new DeviceError('valueRefused', 'A security token has 8 to 128 characters')
  }
  const asking = new Asking(request)
  return await keepConnected({
    connect: () =>
      connectMqtt(
        {
          url,
          clientId: id,
          userName: bootstrap.userName ?? 'management/devicebootstrap',
          password: bootstrap.password,
          keepAliveSeconds: limits.keepAliveSeconds,
          connectTimeoutMs: limits.connectTimeoutMs,
          ...(trustedCertificates !== undefined && { trustedCertificates }),
          packetIds,
          onMessage: (topic, payload) => asking.receive(topic, payload),
        },
        signal,
      ),
    use: (connection) => asking.askOver(connection),
    backOff: limits.backOff,
    steadyAfterMs: limits.steadyAfterMs,
    refusalsMax: limits.refusalsMax,
    random: request.random,
    onPause: (attempt, inMs, reason) => onProgress({ kind: 'reconnecting', attempt, inMs, reason }),
    signal,
  })
}

/** The polls of one device, which keep their distance also from one connection to the next. */
class Asking {
  readonly #request: CredentialsRequest
  readonly #pollEveryMs: number
  readonly #since = Date.now()
  #polls = 0
  #lastPollAt = Number.NEGATIVE_INFINITY
  #onCredentials: ((credentials: DeviceCredentials) => void) | undefined

  constructor(request: CredentialsRequest) {
    this.#request = request
    this.#pollEveryMs = request.bootstrap.pollEveryMs ?? defaultPollEveryMs
  }

  receive(topic: string, payload: string): void {
    const credentials = topic === 's/dcr' ? parseCredentials(payload) : undefined
    if (credentials !== undefined) this.#onCredentials?.(credentials)
  }

  /** Gives undefined when the connection ends without an answer. */
  async askOver(connection: MqttConnection): Promise<DeviceCredentials | undefined> {
    const over = new AbortController()
    const answered = new Promise<DeviceCredentials | undefined>((resolve) => {
      this.#onCredentials = resolve
      void connection.closed.then(() => resolve(undefined))
    })
    const [granted] = await connection.subscribe(['s/dcr'])
    if (granted === 128) throw new DeviceError('subscriptionRefused', 's/dcr is refused')
    const signal = AbortSignal.any([this.#request.signal, over.signal])
    const polling = this.#poll(connection, signal)
    try {
      return await Promise.race([answered, polling])
    } finally {
      over.abort(new Error('Answered'))
      await polling.catch(() => {})
    }
  }

  /** Until the signal: then it throws the signal's reason. */
  async #poll(connection: MqttConnection, signal: AbortSignal): Promise<never> {
    const { packetIds, bootstrap, onProgress } = this.#request
    for (;;) {
      const wait = this.#lastPollAt + this.#pollEveryMs - performance.now()
      if (wait > 0) await pause(wait, signal)
      signal.throwIfAborted()
      this.#lastPollAt = performance.now()
      this.#polls += 1
      const packetId = packetIds.take()
      const payload = bootstrap.securityToken ?? ''
      connection.publish({ topic: 's/ucr', payload, packetId, isRepeated: false }, () => {})
      // A poll is never repeated, so its id is of no more use once the next one is due.
      packetIds.free(packetId)
      onProgress({ kind: 'asking', poll: this.#polls, since: this.#since })
    }
  }
}

/** Polls closer than 5 s apart are ignored (registration §3); clocks and networks are not exact. */
const defaultPollEveryMs = 6_000

/** `70,<tenant>,<user>,<password>`; undefined for any other row. */
function parseCredentials(payload: string): DeviceCredentials | undefined {
  const [messageId, tenant = '', user = '', password = ''] = parsePayload(payload).rows[0] ?? []
  const isComplete = messageId === '70' && tenant !== '' && user !== '' && password !== ''
  return isComplete ? { tenant, user, password } : undefined
}
