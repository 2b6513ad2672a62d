import type { BackOff } from './back-off.ts'
import type { CredentialStore } from './credentials.ts'
import type { OperationHandlers } from './operation.ts'
import type { RowProblemReport } from './row-problem-report.ts'

export interface DeviceOptions {
  /** The device identifier, which is the MQTT client id and the external id (mqtt-endpoint §3). */
  readonly id: string
  /** `mqtt://host:port`, `mqtts://…`, `ws://host:port/mqtt` or `wss://…`. */
  readonly url: string
  /** Certificates in PEM form that the server's may be signed by, instead of the usual ones. */
  readonly trustedCertificates?: string | readonly string[]
  readonly credentials: CredentialStore
  /** How to ask for credentials while the store holds none. */
  readonly bootstrap?: Bootstrap
  /** Given when the device is created; the server never renames an existing one. */
  readonly name?: string
  readonly type?: string
  readonly children?: readonly ChildDevice[]
  /** How long the device may be silent; 0 and less is maintenance. */
  readonly requiredAvailabilityMinutes?: number
  /** By fragment; the server is told which there are. Also for children without their own. */
  readonly operations?: OperationHandlers
  /** Topics to hear besides `s/ds` and `s/e`, such as `s/dc/<X-ID>`; for `onMessage`. */
  readonly subscriptions?: readonly string[]
  /** What came on `subscriptions`. Keep it short: nothing else is heard meanwhile. */
  readonly onMessage?: (topic: string, payload: string) => void
  readonly onProgress?: (progress: StartProgress) => void
  /** A row was refused, or something was not as the protocol says. */
  readonly onProblem?: (problem: RowProblemReport) => void
  /** Ends the start, or later the device, at once and without waiting for acknowledgements. */
  readonly signal?: AbortSignal
  readonly limits?: Partial<DeviceLimits>
}

export interface ChildDevice {
  /** Its external id. All devices of a tenant share one name space: begin it with the device's. */
  readonly id: string
  readonly name?: string
  readonly type?: string
  readonly children?: readonly ChildDevice[]
  /** Its own; the server is told which there are. */
  readonly operations?: OperationHandlers
}

export interface Bootstrap {
  /** `management/devicebootstrap`, unless the server has another. */
  readonly userName?: string
  readonly password: string
  /** 8 to 128 characters that the operator has to repeat (registration §5.1). */
  readonly securityToken?: string
  /** 6000, unless given; servers ignore what comes sooner than 5 s after the last. */
  readonly pollEveryMs?: number
}

/** How far the device is. `started` comes once, the others as often as they happen. */
export type StartProgress =
  /** It has asked for credentials for the `poll`-th time; `since` is an instant in ms. */
  | { readonly kind: 'asking'; readonly poll: number; readonly since: number }
  | { readonly kind: 'credentialsReceived'; readonly tenant: string; readonly user: string }
  | { readonly kind: 'connecting' }
  /** Logged in, known to the server, and hearing operations. */
  | { readonly kind: 'connected' }
  | { readonly kind: 'started' }
  /** The connection is lost or could not be made. Attempt `attempt` follows. */
  | {
      readonly kind: 'reconnecting'
      readonly attempt: number
      readonly inMs: number
      readonly reason: string
    }

export interface DeviceLimits {
  /** Messages that wait to be acknowledged; what comes on top is refused with `queueFull`. */
  readonly queuedMessagesMax: number
  /** The same in characters of topic and payload. */
  readonly queuedCharsMax: number
  /** Messages sent and not yet acknowledged; more of them need not make it faster. */
  readonly inFlightMessagesMax: number
  /** Of a whole MQTT packet (mqtt-endpoint §5.10); servers close the connection over larger ones. */
  readonly packetBytesMax: number
  readonly backOff: BackOff
  /** A connection that has lived so long makes the next pause a short one again. */
  readonly steadyAfterMs: number
  /** Refused logins in a row, at growing distances, until the refusal is believed. */
  readonly refusalsMax: number
  readonly keepAliveSeconds: number
  readonly connectTimeoutMs: number
  /** From a question (rows 105, 123, 600, 602) being acknowledged or queued to its answer. */
  readonly replyTimeoutMs: number
  /** What `close` waits at most for acknowledgements. */
  readonly closeTimeoutMs: number
}

export const defaultLimits: DeviceLimits = {
  queuedMessagesMax: 10_000,
  queuedCharsMax: 16 * 1024 * 1024,
  inFlightMessagesMax: 64,
  packetBytesMax: 16_184,
  backOff: { minMs: 1_000, maxMs: 60_000 },
  steadyAfterMs: 10_000,
  refusalsMax: 6,
  keepAliveSeconds: 60,
  connectTimeoutMs: 20_000,
  replyTimeoutMs: 30_000,
  closeTimeoutMs: 10_000,
}
