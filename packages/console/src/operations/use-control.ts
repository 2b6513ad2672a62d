import type { ManagedObjectRepresentation } from '@pileus/rest-contract'
import { describeMissingPermission, useIdentity, usePermissions } from '../session/permissions.ts'

export const explainNoControl = describeMissingPermission(['ROLE_DEVICE_CONTROL_ADMIN'])

/** Whether the user may ask something of the device: with the role, or as its owner. */
export function useControl({ owner }: ManagedObjectRepresentation): boolean {
  const { may } = usePermissions()
  return useIdentity().userName === owner || may('ROLE_DEVICE_CONTROL_ADMIN')
}
