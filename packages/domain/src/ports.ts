import type { TenantEvent } from './domain-event.ts'
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
import type {
  Alarm,
  AlarmSeverity,
  ChildKind,
  DeviceEvent,
  ExternalId,
  ManagedObject,
  Measurement,
  Operation,
  OperationStatus,
  RegistrationRequest,
  RegistrationStatus,
  Tenant,
  TenantOption,
  User,
} from './model.ts'

/**
 * The answer of a port. An engine in this process answers at once, a remote one later;
 * callers `await` either.
 */
export type Eventually<T> = T | Promise<T>

/** A new thing before the store has numbered it. */
export type Unnumbered<T> = Omit<T, 'id'>

export interface FindsManagedObjects {
  findManagedObject(id: ManagedObjectId): Eventually<ManagedObject | undefined>
}

export interface SavesManagedObjects {
  insertManagedObject(managedObject: Unnumbered<ManagedObject>): Eventually<ManagedObject>
  /** Replaces the stored one of the same id, which exists. */
  saveManagedObject(managedObject: ManagedObject): Eventually<void>
  /** Deletes the object with its external ids, references, measurements, events, alarms, operations. */
  deleteManagedObject(id: ManagedObjectId): Eventually<void>
}

export interface FindsExternalIds {
  findByExternalId(externalId: ExternalId): Eventually<ManagedObjectId | undefined>
  /** In order of creation. */
  listExternalIds(id: ManagedObjectId): Eventually<readonly ExternalId[]>
}

export interface SavesExternalIds {
  /** `false` when (type, value) is taken in this tenant; nothing changes then. */
  insertExternalId(externalId: ExternalId, id: ManagedObjectId): Eventually<boolean>
  /** `false` when there is none. */
  deleteExternalId(externalId: ExternalId): Eventually<boolean>
}

export interface FindsReferences {
  /** Direct children in order of assignment. */
  listChildren(parentId: ManagedObjectId, kind: ChildKind): Eventually<readonly ManagedObjectId[]>
  /** Direct parents in order of assignment. */
  listParents(childId: ManagedObjectId, kind: ChildKind): Eventually<readonly ManagedObjectId[]>
  /**
   * Levels of what hangs below `id` through any relation, on the longest way: 1 when nothing does.
   * Counts no further than `levelsMax`. One call, since a group may have 100 000 members.
   */
  countLevels(id: ManagedObjectId, levelsMax: number): Eventually<number>
}

export interface SavesReferences {
  /** `false` when it is there already. */
  insertChild(
    parentId: ManagedObjectId,
    kind: ChildKind,
    childId: ManagedObjectId,
  ): Eventually<boolean>
  /** `false` when there is none. */
  deleteChild(
    parentId: ManagedObjectId,
    kind: ChildKind,
    childId: ManagedObjectId,
  ): Eventually<boolean>
}

export interface FindsMeasurements {
  findMeasurement(id: MeasurementId): Eventually<Measurement | undefined>
}

export interface AppendsMeasurements {
  insertMeasurement(measurement: Unnumbered<Measurement>): Eventually<Measurement>
  deleteMeasurement(id: MeasurementId): Eventually<boolean>
}

export interface FindsEvents {
  findEvent(id: EventId): Eventually<DeviceEvent | undefined>
  /** The one with the greatest time, then the greatest id. */
  findLatestEvent(sourceId: ManagedObjectId, type: string): Eventually<DeviceEvent | undefined>
}

export interface SavesEvents {
  insertEvent(event: Unnumbered<DeviceEvent>): Eventually<DeviceEvent>
  saveEvent(event: DeviceEvent): Eventually<void>
  deleteEvent(id: EventId): Eventually<boolean>
}

export interface FindsAlarms {
  findAlarm(id: AlarmId): Eventually<Alarm | undefined>
  /**
   * The alarms of that source and type whose status is not `CLEARED`, latest time first, then
   * greatest id first. By the rule of de-duplication there is at most one with an ordinary status.
   */
  listUnresolvedAlarms(sourceId: ManagedObjectId, type: string): Eventually<readonly Alarm[]>
}

export interface SavesAlarms {
  insertAlarm(alarm: Unnumbered<Alarm>): Eventually<Alarm>
  saveAlarm(alarm: Alarm): Eventually<void>
}

export interface FindsOperations {
  findOperation(id: OperationId): Eventually<Operation | undefined>
  /**
   * Operations of one device in one status, oldest first (creation time, then id as a number).
   * `fragment` narrows to those that have it as a member, standard members included.
   */
  listOperationsOfDevice(query: {
    readonly deviceId: ManagedObjectId
    readonly status: OperationStatus
    readonly fragment?: string
    readonly limit: number
  }): Eventually<readonly Operation[]>
  /**
   * PENDING operations of `rootId` and of every device and service below it, not descending into
   * objects that are agents themselves; oldest first, strictly after `after`.
   */
  listPendingOperationsBelow(query: {
    readonly rootId: ManagedObjectId
    readonly after?: { readonly creationTime: Instant; readonly id: OperationId }
    readonly limit: number
  }): Eventually<readonly Operation[]>
}

export interface SavesOperations {
  insertOperation(operation: Unnumbered<Operation>): Eventually<Operation>
  saveOperation(operation: Operation): Eventually<void>
}

export interface FindsUsers {
  findUser(userName: string): Eventually<User | undefined>
}

export interface SavesUsers {
  /** Inserts, or replaces the one of the same name. */
  saveUser(user: User): Eventually<void>
  deleteUser(userName: string): Eventually<boolean>
}

export interface FindsTenantOptions {
  findTenantOption(category: string, key: string): Eventually<string | undefined>
}

export interface SavesTenantOptions {
  saveTenantOption(option: TenantOption): Eventually<void>
}

/** What one tenant owns, as a unit of work sees it: its own changes included. */
export type TenantRepository = FindsManagedObjects &
  SavesManagedObjects &
  FindsExternalIds &
  SavesExternalIds &
  FindsReferences &
  SavesReferences &
  FindsMeasurements &
  AppendsMeasurements &
  FindsEvents &
  SavesEvents &
  FindsAlarms &
  SavesAlarms &
  FindsOperations &
  SavesOperations &
  FindsUsers &
  SavesUsers &
  FindsTenantOptions &
  SavesTenantOptions

export interface FindsTenants {
  findTenant(id: TenantId): Eventually<Tenant | undefined>
  listTenants(): Eventually<readonly Tenant[]>
}

export interface SavesTenants {
  saveTenant(tenant: Tenant): Eventually<void>
}

export interface FindsRegistrationRequests {
  /** A device id is open in one tenant of the instance only. */
  findRegistrationRequest(id: DeviceIdentifier): Eventually<RegistrationRequest | undefined>
  /** In order of creation. */
  listRegistrationRequests(query: {
    readonly tenantId: TenantId
    readonly status?: RegistrationStatus
    readonly offset: number
    readonly limit: number
    /** Newest first. */
    readonly revert?: boolean
  }): Eventually<readonly RegistrationRequest[]>
  countRegistrationRequests(query: {
    readonly tenantId: TenantId
    readonly status?: RegistrationStatus
  }): Eventually<number>
  /** Those in `status` that entered it before `before`: candidates for expiry. */
  listRegistrationRequestsSince(query: {
    readonly status: RegistrationStatus
    readonly before: Instant
    readonly limit: number
  }): Eventually<readonly RegistrationRequest[]>
}

export interface SavesRegistrationRequests {
  saveRegistrationRequest(request: RegistrationRequest): Eventually<void>
  deleteRegistrationRequest(id: DeviceIdentifier): Eventually<boolean>
}

/** What belongs to the instance and to no tenant alone. */
export type InstanceRepository = FindsTenants &
  SavesTenants &
  FindsRegistrationRequests &
  SavesRegistrationRequests

/**
 * One unit of work for one tenant: everything it does is stored together or not at all.
 *
 * Receipts asked for inside a unit include those of the units before it that are not committed yet.
 */
export interface Unit<Abilities = TenantRepository> extends RemembersPublishes {
  readonly tenantId: TenantId
  /** Time of receipt: the same for everything the unit does. */
  readonly now: Instant
  readonly repository: Abilities
  readonly instance: InstanceRepository
  /** The repository of another tenant: registration alone crosses tenants. */
  tenant(tenantId: TenantId): TenantRepository
  /** Stores the mark of a publish together with the unit. */
  rememberReceipt(receipt: PublishReceipt): void
  /** Told to listeners after the commit, in order; forgotten if there is none. */
  announce(event: TenantEvent['event'], tenantId?: TenantId): void
}

/** Runs units of work, durably. */
export interface RunsUnits {
  /**
   * Runs `work` in the next commit group, after every unit that was handed in before it, and
   * gives its result once the group is committed (with fsync where the engine has a disk).
   *
   * `work` may run twice when its group failed for another unit's sake, so it acts through the
   * unit only. Rejects when the work throws or the storage fails; nothing of it is stored then.
   */
  run<T>(tenantId: TenantId, now: Instant, work: (unit: Unit) => Eventually<T>): Promise<T>

  /**
   * Opens a unit that takes messages until its turn comes: whoever sends many in a row shares one
   * place in the queue and one promise. Performed in the order in which they were added; each
   * message stands alone when its neighbours fail.
   */
  openBatch<Message>(
    tenantId: TenantId,
    now: Instant,
    perform: (unit: Unit, message: Message) => Eventually<void>,
  ): Batch<Message>
}

/** Messages of one sender that wait for the same commit group. */
export interface Batch<Message> {
  /** Takes one more message; `false` once the batch has had its turn. */
  add(message: Message): boolean
  /**
   * Resolves when all are committed. Rejects when one could not be, once that is known of each:
   * with the error, or with an `AggregateError` where there are several.
   */
  readonly committed: Promise<void>
}

/**
 * Mark of one QoS 1 or 2 publish, stored with its effect, so that a retransmission is recognised
 * (reliability §17). A number below 2⁵³ mixed from tenant, device, packet id, topic and payload.
 */
export type PublishReceipt = number

export interface RemembersPublishes {
  /** Whether a publish with this mark was committed recently. */
  hasReceipt(receipt: PublishReceipt): boolean
}

export interface Page {
  readonly offset: number
  readonly limit: number
}

export interface TimeRange {
  /** Inclusive. */
  readonly from?: Instant
  /** Inclusive. */
  readonly to?: Instant
}

export interface ManagedObjectFilter {
  readonly type?: string
  readonly owner?: string
  readonly fragmentType?: string
  readonly text?: string
  readonly ids?: readonly ManagedObjectId[]
  /** Direct parents of this child. */
  readonly parentOf?: { readonly childId: ManagedObjectId; readonly kind: ChildKind }
  /** Direct children of this parent, in order of assignment instead of id. */
  readonly childOf?: { readonly parentId: ManagedObjectId; readonly kind: ChildKind }
  readonly onlyRoots?: boolean
  /** Only what this user may read without a global permission: owned by it, or `c8y_Global`. */
  readonly visibleTo?: string
}

interface DataFilter {
  readonly sourceId?: ManagedObjectId
  readonly time?: TimeRange
  /** Only data whose source is owned by this user. */
  readonly visibleTo?: string
  /** Against the usual order of the resource. */
  readonly revert?: boolean
}

export interface MeasurementFilter extends DataFilter {
  readonly type?: string
  readonly valueFragmentType?: string
  readonly valueFragmentSeries?: string
}

export interface EventFilter extends DataFilter {
  readonly type?: string
  readonly fragmentType?: string
  /** `to` is exclusive here (rest-api §1.8). */
  readonly created?: TimeRange
  readonly lastUpdated?: TimeRange
}

export interface AlarmFilter extends DataFilter {
  readonly types?: readonly string[]
  readonly statuses?: readonly string[]
  readonly severities?: readonly AlarmSeverity[]
  /** `true`: CLEARED only, `false`: all others. */
  readonly resolved?: boolean
  readonly created?: TimeRange
  readonly lastUpdated?: TimeRange
}

export interface OperationFilter {
  readonly deviceId?: ManagedObjectId
  /** The agent itself and every device below it. */
  readonly agentId?: ManagedObjectId
  readonly statuses?: readonly OperationStatus[]
  readonly fragmentType?: string
  readonly creationTime?: TimeRange
  readonly visibleTo?: string
  readonly revert?: boolean
}

export interface SearchesDevices {
  /** Everything that is known by this value under any type, in order of assignment. */
  listByExternalIdValue(
    value: string,
    limit: number,
  ): Eventually<readonly { readonly externalId: ExternalId; readonly id: ManagedObjectId }[]>
  /**
   * Devices whose name or type is like `text` in this way and in no better one; upper and lower
   * case are the same, every character stands for itself. By name in lower case, then id; those
   * found by type by that first.
   */
  listDevicesLike(query: {
    readonly likeness: DeviceLikeness
    readonly text: string
    readonly limit: number
    /** Only what this user may read without a global permission: owned by it, or `c8y_Global`. */
    readonly visibleTo?: string
  }): Promise<readonly ManagedObject[]>
}

/** Best first: the name begins with the text, contains it further on, or the type begins with it. */
export type DeviceLikeness = 'namePrefix' | 'name' | 'typePrefix'

/** Committed data of one tenant. Lists may be long, so engines read them away from the writer. */
export interface TenantReader
  extends FindsManagedObjects,
    FindsExternalIds,
    FindsReferences,
    FindsMeasurements,
    FindsEvents,
    FindsAlarms,
    FindsOperations,
    FindsUsers,
    FindsTenantOptions,
    SearchesDevices {
  /** By id ascending. */
  listManagedObjects(filter: ManagedObjectFilter, page: Page): Promise<readonly ManagedObject[]>
  countManagedObjects(filter: ManagedObjectFilter): Promise<number>
  /** By time ascending, then id. */
  listMeasurements(filter: MeasurementFilter, page: Page): Promise<readonly Measurement[]>
  countMeasurements(filter: MeasurementFilter): Promise<number>
  /** By time descending, then id descending. */
  listEvents(filter: EventFilter, page: Page): Promise<readonly DeviceEvent[]>
  countEvents(filter: EventFilter): Promise<number>
  /** By time descending, then id descending. */
  listAlarms(filter: AlarmFilter, page: Page): Promise<readonly Alarm[]>
  countAlarms(filter: AlarmFilter): Promise<number>
  /** By creation ascending, which is by id. */
  listOperations(filter: OperationFilter, page: Page): Promise<readonly Operation[]>
  countOperations(filter: OperationFilter): Promise<number>
}

/** Reads what is committed. */
export interface ReadsCommitted {
  reader(tenantId: TenantId): TenantReader
  readonly instanceReader: FindsTenants & FindsRegistrationRequests
}

/** Everything the platform asks of a storage engine. */
export interface Store extends RunsUnits, ReadsCommitted, RemembersPublishes, AsyncDisposable {}

export interface TellsTime {
  now(): Instant
}

/** Secrets: hashing and drawing need the outside world, the rules around them do not. */
export interface KeepsSecrets {
  /** 32 characters from `A–Z a–z 0–9` (security S-3.2). */
  drawSecret(): string
  /** Keyed hash of a generated device secret, bound to tenant and user (security S-3.1). */
  hashDeviceSecret(tenantId: TenantId, userName: string, secret: string): string
  /** Keyed hash of a security token, bound to the request. */
  hashToken(deviceIdentifier: DeviceIdentifier, token: string): string
  /** Whether `hash` is that of `token`, in constant time. */
  verifyToken(deviceIdentifier: DeviceIdentifier, token: string, hash: string): boolean
  /** Memory-hard hash for secrets that people choose. */
  hashPassword(password: string): Promise<string>
}
