import type {
  Alarm,
  AlarmId,
  ChildKind,
  DeviceEvent,
  DeviceIdentifier,
  EventId,
  ExternalId,
  ManagedObject,
  ManagedObjectId,
  Measurement,
  MeasurementId,
  Operation,
  OperationId,
  RegistrationRequest,
  Tenant,
  TenantId,
  TenantOption,
  User,
} from '@pileus/domain'
import { StagedMap, type TableView, type Transaction } from './staged-map.ts'

/** An external id with its place in the order of creation. */
export interface StoredExternalId {
  readonly position: number
  readonly externalId: ExternalId
  readonly managedObjectId: ManagedObjectId
}

/** A child of a parent with its place in the order of assignment. */
export interface StoredReference {
  readonly position: number
  readonly parentId: ManagedObjectId
  readonly kind: ChildKind
  readonly childId: ManagedObjectId
}

/** A registration request with its place in the order of creation. */
export interface StoredRegistrationRequest {
  readonly position: number
  readonly request: RegistrationRequest
}

/** Everything of one tenant. Keys of two parts are made by `compositeKey`. */
export interface TenantTables {
  readonly managedObjects: StagedMap<ManagedObjectId, ManagedObject>
  readonly externalIds: StagedMap<string, StoredExternalId>
  readonly references: StagedMap<string, StoredReference>
  readonly measurements: StagedMap<MeasurementId, Measurement>
  readonly events: StagedMap<EventId, DeviceEvent>
  readonly alarms: StagedMap<AlarmId, Alarm>
  readonly operations: StagedMap<OperationId, Operation>
  readonly users: StagedMap<string, User>
  readonly tenantOptions: StagedMap<string, TenantOption>
}

export interface InstanceTables {
  readonly tenants: StagedMap<TenantId, Tenant>
  readonly registrationRequests: StagedMap<DeviceIdentifier, StoredRegistrationRequest>
}

/** The same tables as a reader sees them. */
export type ViewOf<Tables> = {
  readonly [Name in keyof Tables]: Tables[Name] extends StagedMap<infer K, infer V>
    ? TableView<K, V>
    : never
}

export type TenantView = ViewOf<TenantTables>
export type InstanceView = ViewOf<InstanceTables>

export function createTenantTables(transaction: Transaction): TenantTables {
  return {
    managedObjects: new StagedMap(transaction),
    externalIds: new StagedMap(transaction),
    references: new StagedMap(transaction),
    measurements: new StagedMap(transaction),
    events: new StagedMap(transaction),
    alarms: new StagedMap(transaction),
    operations: new StagedMap(transaction),
    users: new StagedMap(transaction),
    tenantOptions: new StagedMap(transaction),
  }
}

export function createInstanceTables(transaction: Transaction): InstanceTables {
  return {
    tenants: new StagedMap(transaction),
    registrationRequests: new StagedMap(transaction),
  }
}

export function committedTenantView(tables: TenantTables): TenantView {
  return {
    managedObjects: tables.managedObjects.committed,
    externalIds: tables.externalIds.committed,
    references: tables.references.committed,
    measurements: tables.measurements.committed,
    events: tables.events.committed,
    alarms: tables.alarms.committed,
    operations: tables.operations.committed,
    users: tables.users.committed,
    tenantOptions: tables.tenantOptions.committed,
  }
}

export function committedInstanceView(tables: InstanceTables): InstanceView {
  return {
    tenants: tables.tenants.committed,
    registrationRequests: tables.registrationRequests.committed,
  }
}

/** One key of several texts, whatever they contain. */
export function compositeKey(...parts: readonly string[]): string {
  return JSON.stringify(parts)
}
