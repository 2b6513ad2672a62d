import type { DomainEvent, JsonObject, ManagedObject, TenantReader } from '@pileus/domain'
import { installedSoftwareType, preferredExternalId } from '@pileus/domain'
import { formatInstant } from '@pileus/smartrest'
import type { GoldenPlatform } from './golden-platform.ts'
import { goldenTenant } from './golden-platform.ts'

/** The commands that the rules have carried out, in the words of the cases. */
export async function effectsOf({ store, events }: GoldenPlatform): Promise<JsonObject[]> {
  const reader = store.reader(goldenTenant)
  const effects: JsonObject[] = []
  for (const { event } of events) {
    const effect = await effectOf(reader, event)
    if (effect !== undefined) effects.push(effect)
  }
  return effects
}

type Mode = { readonly mode?: string }

/** PERSISTENT is not stated. */
function modeMember(mode: string): Mode {
  return mode === 'PERSISTENT' ? {} : { mode }
}

async function effectOf(reader: TenantReader, event: DomainEvent): Promise<JsonObject | undefined> {
  const nameOf = async (id: ManagedObject['id']) => (await preferredExternalId(reader, id)) ?? ''
  switch (event.kind) {
    case 'managedObjectCreated': {
      const { managedObject, role, parentId } = event
      const { name, type, fragments } = managedObject
      const object = {
        ...(name === undefined ? {} : { name }),
        ...(type === undefined ? {} : { type }),
        ...fragments,
      }
      const externalId = await nameOf(managedObject.id)
      const parent = parentId === undefined ? '' : await nameOf(parentId)
      switch (role) {
        case 'root':
          return { action: 'create-device', externalId, object }
        case 'childDevice':
          return { action: 'create-child-device', parent, externalId, object }
        case 'service':
          return { action: 'create-service', parent, externalId, object }
        case 'object':
          // The list behind rows 140 to 142 is told as `set-installed-software`.
          return type === installedSoftwareType
            ? undefined
            : { action: 'create-object', object, ...(await nameMembers(reader, managedObject.id)) }
      }
    }
    case 'childAssigned':
      return {
        action: 'link-child-device',
        parent: await nameOf(event.parentId),
        child: await nameOf(event.childId),
      }
    case 'managedObjectUpdated': {
      const { managedObject, set, unset, mode } = event
      const isSoftware =
        managedObject.type === installedSoftwareType || unset.includes('c8y_SoftwareList')
      if (isSoftware) return undefined
      const externalId = await nameOf(managedObject.id)
      return { action: 'update-object', externalId, ...changes(set, unset), ...modeMember(mode) }
    }
    case 'installedSoftwareSet': {
      const externalId = await nameOf(event.managedObjectId)
      const { items, mode } = event
      return { action: 'set-installed-software', externalId, items, ...modeMember(mode) }
    }
    case 'heartbeat':
      return { action: 'heartbeat', externalId: await nameOf(event.managedObjectId) }
    case 'measurementCreated': {
      const { sourceId, type, time, fragments } = event.measurement
      const body = { type, time: formatInstant(time), ...fragments }
      const externalId = await nameOf(sourceId)
      return { action: 'create-measurement', externalId, body, ...modeMember(event.mode) }
    }
    case 'eventCreated': {
      const { sourceId, type, text, time, fragments } = event.event
      const body = { type, text, time: formatInstant(time), ...fragments }
      const externalId = await nameOf(sourceId)
      return { action: 'create-event', externalId, body, ...modeMember(event.mode) }
    }
    case 'alarmCreated': {
      const { sourceId, type, text, severity, status, time, fragments } = event.alarm
      const body = { type, text, severity, status, time: formatInstant(time), ...fragments }
      const externalId = await nameOf(sourceId)
      return { action: 'create-alarm', externalId, body, ...modeMember(event.mode) }
    }
    case 'alarmUpdated':
      return { action: 'update-alarm', id: event.alarm.id, ...changes(event.set, event.unset) }
    case 'eventUpdated':
      return { action: 'update-event', id: event.event.id, ...changes(event.set, event.unset) }
    case 'eventDeleted':
      return { action: 'delete-event', id: event.eventId }
    case 'measurementDeleted':
      return { action: 'delete-measurement', id: event.measurementId }
    case 'operationUpdated':
      return { action: 'update-operation', id: event.operation.id, set: event.set }
    default:
      return undefined
  }
}

async function nameMembers(reader: TenantReader, id: ManagedObject['id']): Promise<JsonObject> {
  const [externalId] = await reader.listExternalIds(id)
  return externalId === undefined
    ? {}
    : { externalId: externalId.value, externalIdType: externalId.type }
}

function changes(set: JsonObject, unset: readonly string[]): JsonObject {
  return {
    ...(Object.keys(set).length === 0 ? {} : { set }),
    ...(unset.length === 0 ? {} : { unset }),
  }
}
