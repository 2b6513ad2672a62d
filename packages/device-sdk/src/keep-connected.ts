import { type BackOff, backOffMs } from './back-off.ts'
import { DeviceError } from './device-error.ts'
import { ConnectionLost, type ConnectOutcome, type MqttConnection } from './mqtt-connection.ts'
import { pause } from './pause.ts'

export interface KeepConnected<T> {
  readonly connect: () => Promise<ConnectOutcome>
  /**
   * Works on one connection. A value ends everything; without one, and when the connection is lost,
   * another one is made.
   */
  readonly use: (connection: MqttConnection) => Promise<T | undefined>
  readonly backOff: BackOff
  /** A connection that has lived so long makes the next pause a short one again. */
  readonly steadyAfterMs: number
  /**
   * Refusals of the login in a row that are taken for the trouble of a server that starts or stops.
   * The last of them is believed.
   */
  readonly refusalsMax: number
  /** In [0, 1). */
  readonly random: () => number
  readonly onPause: (attempt: number, inMs: number, reason: string) => void
  readonly signal: AbortSignal
}

/**
 * Connects, again and again with growing pauses, until `use` gives a value. Throws `DeviceError`
 * when the server means its refusal, and the reason of the signal.
 */
export async function keepConnected<T>(task: KeepConnected<T>): Promise<T> {
  let attempt = 0
  let refusals = 0
  for (;;) {
    const outcome = await task.connect()
    let reason: string
    if (outcome.kind === 'open') {
      refusals = 0
      const since = performance.now()
      const used = await useOne(task, outcome.connection)
      if ('value' in used) return used.value
      reason = used.reason
      if (performance.now() - since >= task.steadyAfterMs) attempt = 0
    } else {
      reason = outcome.reason
      if (outcome.kind === 'refused') {
        refusals = isAboutLogin(outcome.code) ? refusals + 1 : 0
        believe(outcome.code, refusals >= task.refusalsMax, reason)
      }
    }
    attempt += 1
    const inMs = backOffMs(task.backOff, attempt, task.random())
    task.onPause(attempt, inMs, reason)
    await pause(inMs, task.signal)
  }
}

type Used<T> = { readonly value: T } | { readonly reason: string }

/** The connection is over in the end, whatever comes, and with the signal. */
async function useOne<T>(
  { use, signal }: KeepConnected<T>,
  connection: MqttConnection,
): Promise<Used<T>> {
  const end = (): void => void connection.end()
  signal.addEventListener('abort', end, { once: true })
  try {
    const value = await use(connection)
    if (value !== undefined) return { value }
  } catch (error) {
    if (!(error instanceof ConnectionLost)) throw error
  } finally {
    signal.removeEventListener('abort', end)
    await connection.end()
  }
  signal.throwIfAborted()
  return { reason: await connection.closed }
}

/** CONNACK 4 and 5 (mqtt-endpoint §4). */
function isAboutLogin(code: number): boolean {
  return code === 4 || code === 5
}

function believe(code: number, isFinal: boolean, reason: string): void {
  if (code === 1 || code === 2) throw new DeviceError('clientIdRefused', reason)
  if (isFinal && isAboutLogin(code)) throw new DeviceError('credentialsRefused', reason)
}
