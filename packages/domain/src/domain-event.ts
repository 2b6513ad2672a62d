import type { EventId, ManagedObjectId, MeasurementId, TenantId } from './ids.ts'
import type { JsonObject } from './json.ts'
import type {
  Alarm,
  ChildKind,
  DeviceEvent,
  ExternalId,
  ManagedObject,
  Measurement,
  Operation,
  ProcessingMode,
  RegistrationRequest,
} from './model.ts'

/** How a device came into being. */
export type DeviceRole = 'root' | 'childDevice' | 'service' | 'object'

/**
 * What one unit of work did, told after its commit to whoever listens: operation delivery,
 * realtime, connected sessions. `mode` tells who may hear of it (mqtt-endpoint §9).
 */
export type DomainEvent =
  | {
      readonly kind: 'managedObjectCreated'
      readonly managedObject: ManagedObject
      readonly role: DeviceRole
      readonly externalId?: ExternalId
      readonly parentId?: ManagedObjectId
    }
  | {
      readonly kind: 'managedObjectUpdated'
      readonly managedObject: ManagedObject
      /** Members that were set, whole. */
      readonly set: JsonObject
      /** Members that were asked to be removed. */
      readonly unset: readonly string[]
      readonly mode: ProcessingMode
    }
  | { readonly kind: 'managedObjectDeleted'; readonly managedObjectId: ManagedObjectId }
  | {
      readonly kind: 'installedSoftwareSet'
      readonly managedObjectId: ManagedObjectId
      readonly items: readonly JsonObject[]
      readonly mode: ProcessingMode
    }
  | {
      readonly kind: 'childAssigned' | 'childRemoved'
      readonly parentId: ManagedObjectId
      readonly childId: ManagedObjectId
      readonly childKind: ChildKind
    }
  | {
      readonly kind: 'externalIdAdded' | 'externalIdRemoved'
      readonly managedObjectId: ManagedObjectId
      readonly externalId: ExternalId
    }
  | { readonly kind: 'heartbeat'; readonly managedObjectId: ManagedObjectId }
  | {
      readonly kind: 'measurementCreated'
      readonly measurement: Measurement | Omit<Measurement, 'id'>
      readonly mode: ProcessingMode
    }
  | { readonly kind: 'measurementDeleted'; readonly measurementId: MeasurementId }
  | {
      readonly kind: 'eventCreated'
      readonly event: DeviceEvent | Omit<DeviceEvent, 'id'>
      readonly mode: ProcessingMode
    }
  | {
      readonly kind: 'eventUpdated'
      readonly event: DeviceEvent
      readonly set: JsonObject
      readonly unset: readonly string[]
    }
  | { readonly kind: 'eventDeleted'; readonly eventId: EventId }
  | {
      readonly kind: 'alarmCreated'
      readonly alarm: Alarm | Omit<Alarm, 'id'>
      readonly mode: ProcessingMode
    }
  | {
      readonly kind: 'alarmUpdated'
      readonly alarm: Alarm
      readonly set: JsonObject
      readonly unset: readonly string[]
    }
  | { readonly kind: 'operationCreated'; readonly operation: Operation }
  | {
      readonly kind: 'operationUpdated'
      readonly operation: Operation
      readonly set: JsonObject
    }
  | {
      readonly kind: 'registrationChanged'
      readonly request: RegistrationRequest
      readonly change: 'created' | 'updated' | 'deleted'
    }
  | {
      /** Sessions of this user end: it was deleted, disabled, or its secret changed. */
      readonly kind: 'userAccessChanged'
      readonly userName: string
      readonly reason: 'deleted' | 'disabled' | 'secretChanged'
    }

/** An event with the tenant that it belongs to. */
export interface TenantEvent {
  readonly tenantId: TenantId
  readonly event: DomainEvent
}
