import type { ManagedObjectId } from '@pileus/domain'
import type { TenantView } from './tables.ts'

/** Whether the user owns the source; everybody does where no user is given. */
export function isOwnSource(
  view: TenantView,
  sourceId: ManagedObjectId,
  userName: string | undefined,
): boolean {
  return userName === undefined || view.managedObjects.get(sourceId)?.owner === userName
}
