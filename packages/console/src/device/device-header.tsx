import type { ManagedObjectRepresentation } from '@pileus/rest-contract'
import { Link, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { deviceTrail, findNeighbours } from '../devices/device-trail.ts'
import { Button } from '../parts/button.tsx'
import { CopyButton } from '../parts/copy-button.tsx'
import { CopyMenu } from '../parts/copy-menu.tsx'
import { DeviceText } from '../parts/device-text.tsx'
import { Time } from '../parts/time.tsx'
import { useCurl } from '../parts/use-curl.ts'
import { useObservable } from '../platform/observable.ts'
import { describeMissingPermission, useIdentity, usePermissions } from '../session/permissions.ts'
import { useShortcut } from '../shell/shortcuts.tsx'
import { Icon } from '../visual/icon.tsx'
import { AlarmCountChips } from './alarm-count-chips.tsx'
import { countAlarms } from './alarm-counts.ts'
import { DeleteDevice } from './delete-device.tsx'
import {
  openAlarmsMax,
  useAncestors,
  useExternalIds,
  useLastMessage,
  useOpenAlarms,
} from './device-data.ts'
import styles from './device-header.module.css'
import { deviceName } from './device-name.ts'
import { RenameDevice } from './rename-device.tsx'

export interface DeviceHeaderProps {
  readonly device: ManagedObjectRepresentation
  readonly tab: string | undefined
}

/** Who it is, how it does, what can be done with it (console §5). */
export function DeviceHeader({ device, tab }: DeviceHeaderProps) {
  return (
    <header className={styles.header}>
      <div className={styles.line}>
        <Breadcrumb device={device} />
        <Neighbours id={device.id} tab={tab} />
      </div>
      <div className={styles.line}>
        <h1 className={styles.name}>
          <DeviceText linesMax={2}>{deviceName(device)}</DeviceText>
        </h1>
        <Actions device={device} />
      </div>
      <dl className={styles.facts}>
        {device.type !== undefined && (
          <div>
            <dt className="visually-hidden">Type</dt>
            <dd>
              <DeviceText linesMax={1}>{device.type}</DeviceText>
            </dd>
          </div>
        )}
        <SerialFact id={device.id} />
        <LastMessageFact device={device} />
        <AlarmsFact id={device.id} />
      </dl>
    </header>
  )
}

function Breadcrumb({ device }: { readonly device: ManagedObjectRepresentation }) {
  const { search } = useObservable(deviceTrail)
  const ancestors = useAncestors(device)
  const otherParents = device.deviceParents.references.length - 1
  return (
    <nav aria-label="Breadcrumb">
      <ol className={styles.breadcrumb}>
        <li>
          <Link to="/devices" search={search}>
            Devices
          </Link>
        </li>
        {ancestors.data?.map(({ id, name }) => (
          <li key={id}>
            <Icon name="chevronRight" />
            <Link to="/devices/$id/{-$tab}" params={{ id }} data-testid="parent-link">
              <DeviceText linesMax={1}>{deviceName({ id, name })}</DeviceText>
            </Link>
          </li>
        ))}
        {otherParents > 0 && <li className={styles.others}>and {otherParents} more parents</li>}
      </ol>
    </nav>
  )
}

function Neighbours({ id, tab }: { readonly id: string; readonly tab: string | undefined }) {
  const navigate = useNavigate()
  const { ids } = useObservable(deviceTrail)
  const { previous, next } = findNeighbours(ids, id)
  const open = (neighbour: string | undefined) => () => {
    if (neighbour === undefined) return
    void navigate({ to: '/devices/$id/{-$tab}', params: { id: neighbour, tab } })
  }
  useShortcut({ keys: '[', words: 'Previous device of the list', run: open(previous) })
  useShortcut({ keys: ']', words: 'Next device of the list', run: open(next) })
  if (previous === undefined && next === undefined) return null
  return (
    <div className={styles.neighbours} role="group" aria-label="Devices of the list">
      <Button
        look="quiet"
        isSmall
        isIconOnly
        icon="chevronLeft"
        aria-label="Previous device"
        isDisabled={previous === undefined}
        onPress={open(previous)}
        data-testid="previous-device"
      />
      <Button
        look="quiet"
        isSmall
        isIconOnly
        icon="chevronRight"
        aria-label="Next device"
        isDisabled={next === undefined}
        onPress={open(next)}
        data-testid="next-device"
      />
    </div>
  )
}

function Actions({ device }: { readonly device: ManagedObjectRepresentation }) {
  const { userName } = useIdentity()
  const curl = useCurl()
  const { may } = usePermissions()
  const [dialog, setDialog] = useState<'rename' | 'delete'>()
  const unavailable =
    may('ROLE_INVENTORY_ADMIN') || device.owner === userName
      ? undefined
      : describeMissingPermission(['ROLE_INVENTORY_ADMIN'])
  const close = (): void => setDialog(undefined)
  return (
    <div className={styles.actions}>
      <CopyMenu
        label="Copy the device as"
        choices={[
          {
            id: 'link',
            label: 'Link',
            text: () => `${location.origin}/console/devices/${device.id}`,
          },
          { id: 'id', label: 'Id', text: () => device.id },
          { id: 'json', label: 'JSON', text: () => JSON.stringify(device, undefined, 2) },
          {
            id: 'curl',
            label: 'curl',
            text: () => curl({ method: 'GET', path: `/inventory/managedObjects/${device.id}` }),
          },
        ]}
      />
      <Button
        icon="edit"
        unavailable={unavailable}
        onPress={() => setDialog('rename')}
        data-testid="rename-device"
      >
        Rename
      </Button>
      <Button
        icon="trash"
        unavailable={unavailable}
        onPress={() => setDialog('delete')}
        data-testid="delete-device"
      >
        Delete
      </Button>
      {dialog === 'rename' && <RenameDevice device={device} onClose={close} />}
      {dialog === 'delete' && <DeleteDevice device={device} onClose={close} />}
    </div>
  )
}

function SerialFact({ id }: { readonly id: string }) {
  const externalIds = useExternalIds(id).data?.externalIds ?? []
  const shown = externalIds.find(({ type }) => type === 'c8y_Serial') ?? externalIds[0]
  if (shown === undefined) return null
  return (
    <div>
      <dt>{shown.type === 'c8y_Serial' ? 'Serial' : <DeviceText>{shown.type}</DeviceText>}</dt>
      <dd className={styles.serial}>
        <DeviceText isCode linesMax={1}>
          {shown.externalId}
        </DeviceText>
        <CopyButton isSmall isIconOnly label="Copy external id" text={() => shown.externalId} />
      </dd>
    </div>
  )
}

/** The last message where that can be known; else the last change, and says so. */
function LastMessageFact({ device }: { readonly device: ManagedObjectRepresentation }) {
  const last = useLastMessage(device.id)
  const isMessage = last.kind === 'known' && last.time !== undefined
  return (
    <div>
      <dt>{isMessage ? 'Last message' : 'Last change'}</dt>
      <dd>
        <Time value={isMessage ? last.time : device.lastUpdated} />
      </dd>
    </div>
  )
}

function AlarmsFact({ id }: { readonly id: string }) {
  const alarms = useOpenAlarms(id)
  if (alarms.data === undefined) return null
  const counts = countAlarms(alarms.data)
  const hasMore = alarms.data.length === openAlarmsMax
  return (
    <div>
      <dt className={alarms.data.length === 0 ? undefined : 'visually-hidden'}>
        Unresolved alarms
      </dt>
      <dd className={styles.alarms}>
        {alarms.data.length === 0 ? (
          'None'
        ) : (
          <Link to="/devices/$id/{-$tab}" params={{ id, tab: 'alarms' }} data-testid="alarms-link">
            <AlarmCountChips counts={counts} hasWords />
            <span className="visually-hidden">Go to the alarms</span>
          </Link>
        )}
        {hasMore && `among the newest ${openAlarmsMax}`}
      </dd>
    </div>
  )
}
