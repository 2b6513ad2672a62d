import type { InstanceRepository, TenantReader, TenantRepository } from '@pileus/domain'
import type { Sequences } from '../sequences.ts'
import { findsAlarms, listsAlarms, savesAlarms } from './alarms.ts'
import type { Connection } from './connection.ts'
import { searchesDevices } from './device-search.ts'
import { findsEvents, listsEvents, savesEvents } from './events.ts'
import { findsExternalIds, findsExternalIdsCached, savesExternalIds } from './external-ids.ts'
import type { LongReads } from './long-reads.ts'
import {
  findsManagedObjects,
  findsManagedObjectsCached,
  listsManagedObjects,
  savesManagedObjects,
} from './managed-objects.ts'
import { appendsMeasurements, findsMeasurements, listsMeasurements } from './measurements.ts'
import { findsOperations, listsOperations, savesOperations } from './operations.ts'
import { findsReferences, savesReferences } from './references.ts'
import { findsRegistrationRequests, savesRegistrationRequests } from './registration-requests.ts'
import type { TenantScope } from './tenant-keys.ts'
import { findsTenantOptions, savesTenantOptions } from './tenant-options.ts'
import { findsTenants, savesTenants } from './tenants.ts'
import { findsUsers, savesUsers } from './users.ts'
import type { WriterCaches } from './writer-caches.ts'

function finders(connection: Connection, scope: TenantScope) {
  return {
    ...findsManagedObjects(connection, scope),
    ...findsExternalIds(connection, scope),
    ...findsReferences(connection, scope),
    ...findsMeasurements(connection, scope),
    ...findsEvents(connection, scope),
    ...findsAlarms(connection, scope),
    ...findsOperations(connection, scope),
    ...findsUsers(connection, scope),
    ...findsTenantOptions(connection, scope),
  }
}

export function tenantRepository(
  writer: Connection,
  scope: TenantScope,
  sequences: Sequences,
  caches: WriterCaches,
): TenantRepository {
  return {
    ...finders(writer, scope),
    ...findsManagedObjectsCached(writer, scope, caches),
    ...findsExternalIdsCached(writer, scope, caches),
    ...savesManagedObjects(writer, scope, sequences, caches),
    ...savesExternalIds(writer, scope, caches),
    ...savesReferences(writer, scope),
    ...appendsMeasurements(writer, scope, sequences),
    ...savesEvents(writer, scope, sequences),
    ...savesAlarms(writer, scope, sequences),
    ...savesOperations(writer, scope, sequences),
    ...savesUsers(writer, scope),
    ...savesTenantOptions(writer, scope),
  }
}

export function tenantReader(
  reader: Connection,
  scope: TenantScope,
  reads: LongReads,
): TenantReader {
  return {
    ...finders(reader, scope),
    ...searchesDevices(reader, reads, scope),
    ...listsManagedObjects(reads, scope),
    ...listsMeasurements(reads, scope),
    ...listsEvents(reads, scope),
    ...listsAlarms(reads, scope),
    ...listsOperations(reads, scope),
  }
}

export function instanceRepository(writer: Connection): InstanceRepository {
  return {
    ...instanceReader(writer),
    ...savesTenants(writer),
    ...savesRegistrationRequests(writer),
  }
}

export function instanceReader(reader: Connection) {
  return { ...findsTenants(reader), ...findsRegistrationRequests(reader) }
}
