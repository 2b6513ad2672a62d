import type { DomainEvent } from '@pileus/domain'

/** Something that a row has changed, as REST would tell it. */
export interface Effect {
  readonly api: 'INVENTORY' | 'IDENTITY' | 'MEASUREMENT' | 'EVENT' | 'ALARM' | 'OPERATION'
  readonly status: 200 | 201 | 204
  /** Absent where nothing was stored. */
  readonly id?: string
  readonly href?: string
}

/** `undefined` for what is no effect of its own, such as a sign of life. */
export function effectOf(event: DomainEvent): Effect | undefined {
  switch (event.kind) {
    case 'managedObjectCreated':
      return effect('INVENTORY', 201, event.managedObject.id)
    case 'managedObjectUpdated':
      return effect('INVENTORY', 200, event.managedObject.id)
    case 'managedObjectDeleted':
      return effect('INVENTORY', 204, event.managedObjectId)
    case 'installedSoftwareSet':
      return effect('INVENTORY', 200, event.managedObjectId)
    case 'childAssigned':
      return effect('INVENTORY', 201, event.childId)
    case 'childRemoved':
      return effect('INVENTORY', 204, event.childId)
    case 'externalIdAdded':
      return { api: 'IDENTITY', status: 201, id: event.externalId.value }
    case 'externalIdRemoved':
      return { api: 'IDENTITY', status: 204, id: event.externalId.value }
    case 'measurementCreated':
      return effect('MEASUREMENT', 201, idOf(event.measurement))
    case 'measurementDeleted':
      return effect('MEASUREMENT', 204, event.measurementId)
    case 'eventCreated':
      return effect('EVENT', 201, idOf(event.event))
    case 'eventUpdated':
      return effect('EVENT', 200, event.event.id)
    case 'eventDeleted':
      return effect('EVENT', 204, event.eventId)
    case 'alarmCreated':
      return effect('ALARM', 201, idOf(event.alarm))
    case 'alarmUpdated':
      return effect('ALARM', 200, event.alarm.id)
    case 'operationCreated':
      return effect('OPERATION', 201, event.operation.id)
    case 'operationUpdated':
      return effect('OPERATION', 200, event.operation.id)
    case 'heartbeat':
    case 'registrationChanged':
    case 'userAccessChanged':
      return undefined
  }
}

/**
 * Of several effects the one that the row is for: others come before it or with it. `path` is that
 * of the REST call to the same effect.
 */
export function mainEffectOf<Each extends Effect>(
  effects: readonly Each[],
  path: string | undefined,
): Each | null {
  const wanted = effects.findLast(
    ({ href }) => href !== undefined && path?.split('/{')[0] === href.replace(/\/[^/]*$/, ''),
  )
  return wanted ?? effects.at(-1) ?? null
}

const paths = {
  INVENTORY: '/inventory/managedObjects/',
  MEASUREMENT: '/measurement/measurements/',
  EVENT: '/event/events/',
  ALARM: '/alarm/alarms/',
  OPERATION: '/devicecontrol/operations/',
} as const

function effect(api: keyof typeof paths, status: Effect['status'], id: string | undefined): Effect {
  return id === undefined ? { api, status } : { api, status, id, href: paths[api] + id }
}

/** What is only announced has none. */
function idOf(data: object): string | undefined {
  return 'id' in data && typeof data.id === 'string' ? data.id : undefined
}
