import type { ManagedObjectRepresentation } from '@pileus/rest-contract'
import { ConfirmDialog } from '../../parts/confirm-dialog.tsx'
import { CopyAs } from '../../parts/copy-as.tsx'
import { DeviceText } from '../../parts/device-text.tsx'
import { showToast } from '../../parts/toasts.tsx'
import { deviceName } from '../device-name.ts'
import { useDetachChild } from './children-data.ts'

export interface DetachChildProps {
  readonly parent: ManagedObjectRepresentation
  readonly child: ManagedObjectRepresentation
  readonly onDetached: () => void
  readonly onClose: () => void
}

/** Level 1: the child can be assigned again, but its agent loses it (console §3.7). */
export function DetachChild({ parent, child, onDetached, onClose }: DetachChildProps) {
  const detach = useDetachChild(parent.id)
  const name = deviceName(child)
  return (
    <ConfirmDialog
      title="Detach child device"
      confirmLabel="Detach"
      level={1}
      onConfirm={async () => {
        await detach.mutateAsync(child.id)
        onDetached()
        showToast(`${name} is detached.`)
      }}
      onClose={onClose}
      copyAs={
        <CopyAs
          request={{
            method: 'DELETE',
            path: `/inventory/managedObjects/${parent.id}/childDevices/${child.id}`,
          }}
        />
      }
    >
      <p>
        <strong>
          <DeviceText>{name}</DeviceText>
        </strong>{' '}
        stays a device with all its data, but is no longer below{' '}
        <DeviceText>{deviceName(parent)}</DeviceText>: operations for it no longer reach that agent.
      </p>
    </ConfirmDialog>
  )
}
