import type { AlarmSeverity, AlarmStatus, OperationStatus, Permission } from '@pileus/domain'
import type {
  ConsoleRepresentations,
  ConsoleResultRepresentations,
} from './console-representations.ts'
import type { ResourceName } from './media-types.ts'

/*
 * What the answers of the platform look like to those who call it. Times are ISO 8601 texts, ids
 * are texts. Objects, data and operations carry fragments under any other name.
 */

type Fragments = Readonly<Record<string, unknown>>

/** An object as others refer to it. */
export interface ManagedObjectBrief {
  readonly id: string
  readonly name?: string
  readonly self: string
}

export interface References {
  readonly self: string
  readonly references: readonly {
    readonly self: string
    readonly managedObject: ManagedObjectBrief
  }[]
  readonly count?: number
}

/** @see rest-api §7.1 */
export interface ManagedObjectRepresentation extends Fragments {
  readonly id: string
  readonly self: string
  readonly type?: string
  readonly name?: string
  readonly owner: string
  readonly creationTime: string
  readonly lastUpdated: string
  readonly childDevices: References
  readonly childAssets: References
  readonly childAdditions: References
  readonly deviceParents: References
  readonly assetParents: References
  readonly additionParents: References
}

export interface ManagedObjectReferenceRepresentation {
  readonly self: string
  readonly managedObject: ManagedObjectRepresentation
}

export interface ExternalIdRepresentation {
  readonly externalId: string
  readonly type: string
  readonly self: string
  readonly managedObject: { readonly id: string; readonly self: string }
}

/** @see rest-api §11.1 */
export interface MeasurementRepresentation extends Fragments {
  readonly id: string
  readonly self: string
  readonly type: string
  readonly time: string
  readonly source: ManagedObjectBrief
}

/** @see rest-api §12.1 */
export interface EventRepresentation extends Fragments {
  readonly id: string
  readonly self: string
  readonly type: string
  readonly text: string
  readonly time: string
  readonly creationTime: string
  readonly lastUpdated: string
  readonly source: ManagedObjectBrief
}

/** @see rest-api §13.1 */
export interface AlarmRepresentation extends Fragments {
  readonly id: string
  readonly self: string
  readonly type: string
  readonly text: string
  readonly severity: AlarmSeverity
  readonly status: AlarmStatus
  readonly time: string
  readonly firstOccurrenceTime?: string
  readonly creationTime: string
  readonly lastUpdated: string
  readonly count: number
  readonly source: ManagedObjectBrief
}

/** `log` is there once a push was attempted; its entries are the newest 20 (registration §8.3). */
export interface DeliveryRepresentation {
  readonly status: string
  readonly time: string
  readonly log: readonly { readonly status: string; readonly time: string }[]
}

/** @see rest-api §14.1 */
export interface OperationRepresentation extends Fragments {
  readonly id: string
  readonly self: string
  readonly deviceId: string
  readonly deviceName?: string
  readonly agentId: string
  readonly status: OperationStatus
  readonly failureReason?: string
  readonly creationTime: string
  readonly delivery?: DeliveryRepresentation
}

/** @see registration §2.1 */
export interface NewDeviceRequestRepresentation {
  readonly id: string
  readonly self: string
  readonly status: 'WAITING_FOR_CONNECTION' | 'PENDING_ACCEPTANCE' | 'ACCEPTED' | 'BLOCKED'
  readonly tenantId: string
  readonly owner: string
  readonly creationTime: string
  readonly groupId?: string
  readonly type?: string
  readonly name?: string
  readonly customProperties: Fragments
}

export interface DeviceCredentialsRepresentation {
  readonly id: string
  readonly self: string
  readonly tenantId: string
  readonly username: string
  readonly password: string
}

export interface CurrentTenantRepresentation {
  readonly name: string
  readonly domainName: string
  readonly self: string
}

export interface CurrentUserRepresentation {
  readonly id: string
  readonly userName: string
  readonly self: string
  readonly email: string
  readonly firstName: string
  readonly lastName: string
  readonly displayName: string
  readonly effectiveRoles: readonly { readonly id: Permission; readonly name: Permission }[]
}

export interface ErrorRepresentation {
  readonly error: string
  readonly message: string
  readonly info?: string
}

/** The shape behind each name of a media type. */
export interface Representations extends ConsoleRepresentations {
  readonly managedObject: ManagedObjectRepresentation
  readonly managedObjectReference: ManagedObjectReferenceRepresentation
  readonly externalId: ExternalIdRepresentation
  readonly measurement: MeasurementRepresentation
  readonly event: EventRepresentation
  readonly alarm: AlarmRepresentation
  readonly operation: OperationRepresentation
  readonly newDeviceRequest: NewDeviceRequestRepresentation
  readonly deviceCredentials: DeviceCredentialsRepresentation
  readonly currentTenant: CurrentTenantRepresentation
  readonly user: CurrentUserRepresentation
  readonly currentUser: CurrentUserRepresentation
  readonly error: ErrorRepresentation
}

/** Results whose shape is not that of the resource that their media type names. */
export interface ResultRepresentations extends ConsoleResultRepresentations {
  readonly acceptAllNewDeviceRequests: readonly {
    readonly id: string
    readonly successful: boolean
    readonly error?: string
  }[]
  readonly getNewDeviceRequestLimit: {
    readonly isReached: boolean
    readonly limit?: number
    readonly deviceCount?: number
  }
}

/** `totalElements` and `totalPages` where they were asked for (rest-api §1.7). */
export type PageRepresentation<Items extends string, Name extends ResourceName> = {
  readonly self: string
  readonly next?: string
  readonly prev?: string
  readonly statistics: {
    readonly pageSize: number
    readonly currentPage: number
    readonly totalPages?: number
    readonly totalElements?: number
  }
} & { readonly [Member in Items]: readonly Representations[Name][] }
