import { parsePayload } from '@pileus/smartrest'
import type { DeviceCredentials } from './credentials.ts'
import { DeviceError } from './device-error.ts'
import type { Bootstrap, DeviceLimits, StartProgress } from './device-options.ts'
import { keepConnected } from './keep-connected.ts'
import { connectMqtt, type MqttConnection, publishOnce } from './mqtt-connection.ts'
import type { PacketIds } from './packet-ids.ts'
import { pauseUnless } from './pause.ts'

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

/**
 * The polls of one device, which keep their distance also from one connection to the next.
 *
 * Each poll that a server answers makes it forget the password of the answer before (registration
 * §5.2). So there is never more than one poll under way, and an answer counts when there is none.
 */
class Asking {
  readonly #request: CredentialsRequest
  readonly #pollEveryMs: number
  readonly #since = Date.now()
  #polls = 0
  #lastPollAt = Number.NEGATIVE_INFINITY
  #answer: DeviceCredentials | undefined
  #onAnswer: () => void = () => {}

  constructor(request: CredentialsRequest) {
    this.#request = request
    this.#pollEveryMs = request.bootstrap.pollEveryMs ?? defaultPollEveryMs
  }

  receive(topic: string, payload: string): void {
    const credentials = topic === 's/dcr' ? parseCredentials(payload) : undefined
    if (credentials === undefined) return
    this.#answer = credentials
    this.#onAnswer()
  }

  /** Throws `ConnectionLost` when the connection ends without an answer. */
  async askOver(connection: MqttConnection): Promise<DeviceCredentials> {
    // One that came while a poll was lost may be worth nothing any more.
    this.#answer = undefined
    const [granted] = await connection.subscribe(['s/dcr'])
    if (granted === 128) throw new DeviceError('subscriptionRefused', 's/dcr is refused')
    for (;;) {
      const waitMs = this.#lastPollAt + this.#pollEveryMs - performance.now()
      if (this.#answer === undefined && waitMs > 0) await this.#waitForAnswer(waitMs, connection)
      if (this.#answer !== undefined) return this.#answer
      await this.#poll(connection)
    }
  }

  /** No longer than `ms`. */
  async #waitForAnswer(ms: number, connection: MqttConnection): Promise<void> {
    const { signal } = this.#request
    const woken = new AbortController()
    const wake = (): void => woken.abort()
    this.#onAnswer = wake
    signal.addEventListener('abort', wake, { once: true })
    try {
      await connection.whileOpen(pauseUnless(ms, woken.signal))
    } finally {
      wake()
      signal.removeEventListener('abort', wake)
    }
    signal.throwIfAborted()
  }

  /** Done when the server has dealt with it. */
  async #poll(connection: MqttConnection): Promise<void> {
    const { packetIds, bootstrap, onProgress } = this.#request
    this.#lastPollAt = performance.now()
    this.#polls += 1
    onProgress({ kind: 'asking', poll: this.#polls, since: this.#since })
    const payload = bootstrap.securityToken ?? ''
    await publishOnce(connection, packetIds, { topic: 's/ucr', payload })
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
