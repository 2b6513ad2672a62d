import type { ManagedObject } from '@pileus/domain'
import { deviceFragment } from '@pileus/domain'
import { foldCase } from '../device-likeness.ts'
import type { Connection } from './connection.ts'
import type { TenantScope } from './tenant-keys.ts'

/** What of an object is searched by: nothing, unless it is a device. */
interface SearchedTexts {
  readonly name: string
  readonly type: string
}

/** Keeps `device_names` in step with the managed objects; to be told of every change. */
export interface KeepsDeviceNames {
  /** `undefined` stands for an object that is not there. */
  replace(
    id: number,
    previous: ManagedObjectTexts | undefined,
    next: ManagedObjectTexts | undefined,
  ): void
}

type ManagedObjectTexts = Pick<ManagedObject, 'name' | 'type' | 'fragments'>

export function keepsDeviceNames(connection: Connection, scope: TenantScope): KeepsDeviceNames {
  const insert = connection.command('INSERT INTO device_names VALUES (?, ?, ?, ?)')
  const remove = connection.command(
    'DELETE FROM device_names WHERE tenant_key = ? AND name = ? AND managed_object_id = ?',
  )
  return {
    replace(id, previous, next) {
      const before = previous && searchedTextsOf(previous)
      const after = next && searchedTextsOf(next)
      if (before?.name === after?.name && before?.type === after?.type) return
      if (before !== undefined) remove(scope.key, before.name, id)
      if (after !== undefined) insert(scope.key, after.name, id, after.type)
    },
  }
}

function searchedTextsOf({
  name = '',
  type = '',
  fragments,
}: ManagedObjectTexts): SearchedTexts | undefined {
  return Object.hasOwn(fragments, deviceFragment)
    ? { name: foldCase(name), type: foldCase(type) }
    : undefined
}
