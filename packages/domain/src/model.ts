import type {
  AlarmId,
  DeviceIdentifier,
  EventId,
  Instant,
  ManagedObjectId,
  MeasurementId,
  OperationId,
  TenantId,
} from './ids.ts'
import type { JsonObject } from './json.ts'

/** A thing in the inventory: device, group, asset, service (rest-api §7.1). */
export interface ManagedObject {
  readonly id: ManagedObjectId
  readonly type?: string
  readonly name?: string
  /** User name of the owner, without tenant. */
  readonly owner: string
  readonly creationTime: Instant
  readonly lastUpdated: Instant
  /** Every top-level member that is not a field of this interface. */
  readonly fragments: JsonObject
}

/** The outer world's name for a managed object, e.g. type `c8y_Serial`. */
export interface ExternalId {
  readonly type: string
  readonly value: string
}

/** The type under which devices are known by their own identifier. */
export const serialType = 'c8y_Serial'

export const childKinds = ['childDevices', 'childAssets', 'childAdditions'] as const
/** How a child hangs below its parent. */
export type ChildKind = (typeof childKinds)[number]

/** Number at a time. A series is `fragment.series` whose value is `{ value: number, unit? }`. */
export interface Measurement {
  readonly id: MeasurementId
  readonly sourceId: ManagedObjectId
  readonly type: string
  readonly time: Instant
  readonly fragments: JsonObject
}

/** Something happened. The DOM owns the name `Event`. */
export interface DeviceEvent {
  readonly id: EventId
  readonly sourceId: ManagedObjectId
  readonly type: string
  readonly text: string
  readonly time: Instant
  readonly creationTime: Instant
  readonly lastUpdated: Instant
  readonly fragments: JsonObject
}

export const alarmSeverities = ['CRITICAL', 'MAJOR', 'MINOR', 'WARNING'] as const
export type AlarmSeverity = (typeof alarmSeverities)[number]

/** `ACTIVE`, `ACKNOWLEDGED`, `CLEARED`; anything else is kept and counts as unresolved (rest-api §13.1). */
export type AlarmStatus = string

/** Something is wrong until cleared. */
export interface Alarm {
  readonly id: AlarmId
  readonly sourceId: ManagedObjectId
  readonly type: string
  readonly text: string
  readonly severity: AlarmSeverity
  readonly status: AlarmStatus
  readonly time: Instant
  /** 1 for the first occurrence, raised by each repetition. */
  readonly count: number
  /** Time of the first occurrence; equals `time` while `count` is 1. */
  readonly firstOccurrenceTime: Instant
  readonly creationTime: Instant
  readonly lastUpdated: Instant
  readonly fragments: JsonObject
}

export const operationStatuses = ['PENDING', 'EXECUTING', 'SUCCESSFUL', 'FAILED'] as const
export type OperationStatus = (typeof operationStatuses)[number]

/** What became of the platform's attempts to push an operation (registration §8.3). */
export interface Delivery {
  readonly status: 'PENDING' | 'SEND' | 'DELIVERED'
  readonly time: Instant
  /** Oldest first, the newest `deliveryLogEntriesMax` only. */
  readonly log: readonly DeliveryEntry[]
}

export interface DeliveryEntry {
  readonly status: 'SEND' | 'DELIVERED'
  readonly time: Instant
}

/** That an operation came into a status. Statuses never come back, so there are at most three. */
export interface StatusChange {
  readonly status: Exclude<OperationStatus, 'PENDING'>
  readonly time: Instant
}

/** Something the device is asked to do. */
export interface Operation {
  readonly id: OperationId
  readonly deviceId: ManagedObjectId
  /** The agent that served the device when the operation was created. */
  readonly agentId: ManagedObjectId
  readonly status: OperationStatus
  readonly creationTime: Instant
  /** When it left PENDING and what followed, oldest first. */
  readonly statusChanges: readonly StatusChange[]
  readonly failureReason?: string
  readonly delivery: Delivery
  readonly fragments: JsonObject
}

/** How a message wishes to be treated (mqtt-endpoint §9). */
export type ProcessingMode = 'PERSISTENT' | 'TRANSIENT' | 'QUIESCENT' | 'CEP'

export interface Tenant {
  readonly id: TenantId
  readonly status: 'ACTIVE' | 'SUSPENDED'
  /** Host name under which the tenant is reached, where one is set. */
  readonly domain?: string
  readonly creationTime: Instant
}

export interface User {
  readonly tenantId: TenantId
  /** Without tenant. `device_<id>` is a device, `devicebootstrap` in `management` the bootstrap user. */
  readonly userName: string
  /** A tagged hash: `$argon2id$…` or `$hmac-sha256$…` (security §3.1). */
  readonly secretHash: string
  /** Ids of global roles, see `userGroups`. */
  readonly groupIds: readonly number[]
  readonly enabled: boolean
  /** Who created it; for a device user the one who accepted it. */
  readonly owner?: string
  readonly shouldResetPassword: boolean
  readonly lastPasswordChange: Instant
  readonly creationTime: Instant
  /** `email`, `firstName`, `displayName` … as given. */
  readonly profile: JsonObject
  /** What the registration request said about the device that is still to come into being. */
  readonly expectedDevice?: ExpectedDevice
}

/** Defaults for a root device, given at registration (registration §2.1). */
export interface ExpectedDevice {
  readonly name?: string
  readonly type?: string
  /** The group that the device joins when it comes into being. */
  readonly groupId?: ManagedObjectId
}

/** One address that asked for the credentials of a registration request. */
export interface Claimant {
  readonly address: string
  readonly firstSeen: Instant
  readonly lastSeen: Instant
  readonly polls: number
}

/** One time that a device asked for its credentials, whether it was answered or not. */
export interface BootstrapPoll {
  readonly time: Instant
  readonly address: string
  readonly hasToken: boolean
}

export type RegistrationStatus =
  | 'WAITING_FOR_CONNECTION'
  | 'PENDING_ACCEPTANCE'
  | 'ACCEPTED'
  | 'BLOCKED'

/** A device id that an operator expects, from registration until its first login (registration §2). */
export interface RegistrationRequest {
  readonly deviceIdentifier: DeviceIdentifier
  readonly tenantId: TenantId
  readonly status: RegistrationStatus
  /** User who registered the id. */
  readonly owner: string
  readonly creationTime: Instant
  /** When the present status was entered; requests expire counted from here. */
  readonly statusSince: Instant
  readonly groupId?: ManagedObjectId
  readonly type?: string
  readonly name?: string
  readonly customProperties: JsonObject
  /** Tagged hash of the token that the device sent last. */
  readonly tokenHash?: string
  /** Tagged hash of the token under which the request was accepted. */
  readonly acceptedTokenHash?: string
  /** User who accepted; becomes the owner of the device user. */
  readonly acceptedBy?: string
  readonly wrongTokens: number
  /** Newest last; at most two: the present claimant and the one before. */
  readonly claimants: readonly Claimant[]
  /** Newest last; the last `pollsKeptMax`. */
  readonly polls: readonly BootstrapPoll[]
  /** Two addresses asked within a minute: acceptance needs a matching token or force. */
  readonly isContested: boolean
  /** The only address that may fetch credentials after acceptance; set on acceptance. */
  readonly acceptedClaimant?: string
  /** When credentials were first handed out, and when last. */
  readonly handedOutFirst?: Instant
  readonly handedOutLast?: Instant
}

export interface TenantOption {
  readonly category: string
  readonly key: string
  readonly value: string
}
