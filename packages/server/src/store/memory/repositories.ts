import type { InstanceRepository, TenantReader, TenantRepository } from '@pileus/domain'
import type { Sequences } from '../sequences.ts'
import { findsAlarms, listsAlarms, savesAlarms } from './alarms.ts'
import { searchesDevices } from './device-search.ts'
import { findsEvents, listsEvents, savesEvents } from './events.ts'
import { findsExternalIds, savesExternalIds } from './external-ids.ts'
import { findsManagedObjects, listsManagedObjects, savesManagedObjects } from './managed-objects.ts'
import { appendsMeasurements, findsMeasurements, listsMeasurements } from './measurements.ts'
import { findsOperations, listsOperations, savesOperations } from './operations.ts'
import type { NextPosition } from './order.ts'
import { findsReferences, savesReferences } from './references.ts'
import { findsRegistrationRequests, savesRegistrationRequests } from './registration-requests.ts'
import type { InstanceTables, InstanceView, TenantTables, TenantView } from './tables.ts'
import { findsTenantOptions, savesTenantOptions } from './tenant-options.ts'
import { findsTenants, savesTenants } from './tenants.ts'
import { findsUsers, savesUsers } from './users.ts'

function finders(view: TenantView) {
  return {
    ...findsManagedObjects(view),
    ...findsExternalIds(view),
    ...findsReferences(view),
    ...findsMeasurements(view),
    ...findsEvents(view),
    ...findsAlarms(view),
    ...findsOperations(view),
    ...findsUsers(view),
    ...findsTenantOptions(view),
  }
}

export function tenantRepository(
  tables: TenantTables,
  sequences: Sequences,
  nextPosition: NextPosition,
): TenantRepository {
  return {
    ...finders(tables),
    ...savesManagedObjects(tables, sequences),
    ...savesExternalIds(tables, nextPosition),
    ...savesReferences(tables, nextPosition),
    ...appendsMeasurements(tables, sequences),
    ...savesEvents(tables, sequences),
    ...savesAlarms(tables, sequences),
    ...savesOperations(tables, sequences),
    ...savesUsers(tables),
    ...savesTenantOptions(tables),
  }
}

export function tenantReader(view: TenantView): TenantReader {
  return {
    ...finders(view),
    ...searchesDevices(view),
    ...listsManagedObjects(view),
    ...listsMeasurements(view),
    ...listsEvents(view),
    ...listsAlarms(view),
    ...listsOperations(view),
  }
}

export function instanceRepository(
  tables: InstanceTables,
  nextPosition: NextPosition,
): InstanceRepository {
  return {
    ...instanceReader(tables),
    ...savesTenants(tables),
    ...savesRegistrationRequests(tables, nextPosition),
  }
}

export function instanceReader(view: InstanceView) {
  return { ...findsTenants(view), ...findsRegistrationRequests(view) }
}
