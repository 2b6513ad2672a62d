import type { ManagedObjectRepresentation } from '@pileus/rest-contract'
import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { deviceTrail } from '../devices/device-trail.ts'
import { Checkbox } from '../parts/checkbox.tsx'
import { ConfirmDialog } from '../parts/confirm-dialog.tsx'
import { CopyAs } from '../parts/copy-as.tsx'
import { DeviceText } from '../parts/device-text.tsx'
import { showToast } from '../parts/toasts.tsx'
import { usePlatform } from '../platform/platform.ts'
import styles from './delete-device.module.css'
import { deviceName } from './device-name.ts'
import { confirmationText, describeChildren, isDeviceUser } from './device-words.ts'

export interface DeleteDeviceProps {
  readonly device: ManagedObjectRepresentation
  readonly onClose: () => void
}

/** Level 2: the user types the name (console §3.7). */
export function DeleteDevice({ device, onClose }: DeleteDeviceProps) {
  const { rest } = usePlatform()
  const queryClient = useQueryClient()
  const navigate = useNavigate()
  const [withChildren, setWithChildren] = useState(false)
  const [withDeviceUser, setWithDeviceUser] = useState(false)
  const { id, owner } = device
  const name = deviceName(device)
  const children = device.childDevices.count ?? 0
  const query = {
    ...(withChildren ? { cascade: true } : {}),
    ...(withDeviceUser ? { withDeviceUser: true } : {}),
  }
  const flags = Object.keys(query)
    .map((flag) => `${flag}=true`)
    .join('&')

  async function remove(): Promise<void> {
    await rest.delete('/inventory/managedObjects/{id}', {
      path: { id },
      query,
    })
    showToast(`${name} is deleted.`)
    await navigate({ to: '/devices', search: deviceTrail.get().search })
    queryClient.removeQueries({ queryKey: ['device', id] })
    await queryClient.invalidateQueries({ queryKey: ['devices'] })
  }

  return (
    <ConfirmDialog
      title="Delete device"
      confirmLabel="Delete device"
      isDestructive
      level={2}
      mustType={confirmationText(device)}
      onConfirm={remove}
      onClose={onClose}
      copyAs={
        <CopyAs
          request={{
            method: 'DELETE',
            path: `/inventory/managedObjects/${id}${flags === '' ? '' : `?${flags}`}`,
          }}
        />
      }
    >
      <p>
        <strong>
          <DeviceText>{name}</DeviceText>
        </strong>{' '}
        (id <code>{id}</code>) goes with its measurements, events, alarms, operations and external
        ids. Nobody can bring them back.
      </p>
      {(children > 0 || isDeviceUser(owner)) && (
        <div className={styles.options}>
          {children > 0 && (
            <Checkbox
              isSelected={withChildren}
              onChange={setWithChildren}
              data-testid="delete-with-children"
            >
              Also its {describeChildren(children)} and what is below
            </Checkbox>
          )}
          {isDeviceUser(owner) && (
            <>
              <Checkbox
                isSelected={withDeviceUser}
                onChange={setWithDeviceUser}
                data-testid="delete-with-user"
              >
                Also its user <DeviceText isCode>{owner}</DeviceText>
              </Checkbox>
              <p className={styles.hint}>
                {withDeviceUser
                  ? 'It can no longer connect, and must be registered again.'
                  : 'With its user it can still connect: its next message creates it again.'}
              </p>
            </>
          )}
        </div>
      )}
    </ConfirmDialog>
  )
}
