import type { Claimant, DeviceMatch, TokenPolicy } from '@pileus/domain'
import type {
  DryRunRepresentation,
  DryRunResponsesRepresentation,
} from './dry-run-representations.ts'
import type { NewDeviceRequestRepresentation } from './representations.ts'
import type { WireRepresentation } from './wire-representations.ts'

/*
 * What the routes under `/service/console` answer: made for the pages of the console, and no part
 * of the wire-compatible interface (console §6). Times are ISO 8601 texts.
 */

/** A claimant as operators see it before they decide (security S-4.4). */
export type ClaimantRepresentation = {
  readonly [Member in keyof Claimant]: Member extends 'firstSeen' | 'lastSeen'
    ? string
    : Claimant[Member]
}

/**
 * An open registration request with everything that an operator must see before accepting it.
 * `self` is that of the request itself, where it is accepted and deleted.
 *
 * @see console §4.4
 */
export interface ConsoleRegistrationRepresentation extends NewDeviceRequestRepresentation {
  /** When the present status was entered. */
  readonly statusSince: string
  /** When the request ends by itself; absent while it stays until somebody acts. */
  readonly expiresAt?: string
  /** The tenant's rule for security tokens (registration §5.1). */
  readonly tokenPolicy: TokenPolicy
  /** Whether the device has sent a token. The token itself is never told. */
  readonly tokenPresented: boolean
  readonly wrongTokens: number
  /** Wrong tokens until the request is blocked; 0 when it is. */
  readonly tokenAttemptsLeft: number
  /** Two addresses asked within a minute: acceptance needs the matching token, or force. */
  readonly isContested: boolean
  /** Who asked, newest last; the last one receives the credentials after acceptance. */
  readonly claimants: readonly ClaimantRepresentation[]
  /** The only address that may fetch the credentials; set on acceptance. */
  readonly acceptedClaimant?: string
  /** When credentials were first handed out; the device has not logged in with them since. */
  readonly handedOutFirst?: string
}

/** One request of a device for its credentials, whether it was answered or not. */
export interface PollRepresentation {
  readonly time: string
  readonly address: string
  readonly tokenPresented: boolean
}

/** One open registration request with its diary. */
export interface ConsoleRegistrationDetailsRepresentation
  extends ConsoleRegistrationRepresentation {
  /** Newest first, the last 50. */
  readonly polls: readonly PollRepresentation[]
}

export interface DeviceFoundRepresentation {
  readonly id: string
  readonly self: string
  readonly name?: string
  readonly type?: string
  /** Why it was found. */
  readonly match: DeviceMatch
  /** The one that was searched for; else the device's `c8y_Serial`, if it has one. */
  readonly externalId?: { readonly type: string; readonly externalId: string }
}

export interface ConsoleSearchRepresentation {
  /** Best match first, each device once. */
  readonly devices: readonly DeviceFoundRepresentation[]
  /** Whether more devices match than are told. */
  readonly hasMore: boolean
}

/** One step of an operation from the click to the result, in the order of their times. */
export interface OperationHopRepresentation {
  readonly name: 'requested' | 'sent' | 'acknowledged' | 'executing' | 'successful' | 'failed'
  readonly time: string
  /** Since the hop before; absent at the first. */
  readonly deltaMs?: number
  /** The reason of a failure, as the device or the operator gave it. */
  readonly detail?: string
}

/** What must happen next: a session to send to, the device's PUBACK, its 501, its 502 or 503. */
export type OperationAwaits = 'session' | 'acknowledgement' | 'start' | 'result'

/** The way of one operation so far (console §5.5, §6.6). */
export interface OperationTraceRepresentation {
  readonly id: string
  readonly self: string
  /** Oldest first: at most 20 deliveries and three changes of status after the request. */
  readonly hops: readonly OperationHopRepresentation[]
  /** Absent once the operation has ended. */
  readonly awaits?: OperationAwaits
}

/** The shape behind each name of a media type. */
export interface ConsoleRepresentations {
  readonly consoleRegistration: ConsoleRegistrationRepresentation
  readonly consoleSearch: ConsoleSearchRepresentation
  readonly consoleWire: WireRepresentation
  readonly consoleDryRun: DryRunRepresentation
  readonly consoleDryRunResponses: DryRunResponsesRepresentation
  readonly operationTrace: OperationTraceRepresentation
}

/** Results whose shape is not that of the resource that their media type names. */
export interface ConsoleResultRepresentations {
  readonly getConsoleRegistration: ConsoleRegistrationDetailsRepresentation
}
