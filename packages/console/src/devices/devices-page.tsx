import { RestRefusal } from '@pileus/rest-contract'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useEffect, useMemo } from 'react'
import { AlarmCountChips } from '../device/alarm-count-chips.tsx'
import { deviceName } from '../device/device-name.ts'
import { Button } from '../parts/button.tsx'
import type { DataColumn } from '../parts/data-table.tsx'
import { DataTable } from '../parts/data-table.tsx'
import { DeviceText } from '../parts/device-text.tsx'
import { LinkButton } from '../parts/link-button.tsx'
import { LiveList } from '../parts/live-list.tsx'
import { Pager } from '../parts/pager.tsx'
import {
  EmptyState,
  ErrorState,
  ForbiddenState,
  LoadingSkeleton,
  PageBeyondEnd,
  StaleNotice,
} from '../parts/states.tsx'
import { Time } from '../parts/time.tsx'
import { describeMissingPermission, usePermissions } from '../session/permissions.ts'
import { Page } from '../shell/page.tsx'
import { deviceTrail } from './device-trail.ts'
import type { DeviceRow, DeviceRows } from './devices-data.ts'
import { devicesPageSize, useAlarmCounts, useDeviceRows, useSerials } from './devices-data.ts'
import { DevicesFilter } from './devices-filter.tsx'
import styles from './devices-page.module.css'
import type { DevicesSearch } from './devices-search.ts'
import { describeFound, matchWords } from './devices-words.ts'
import { NoDevices } from './no-devices.tsx'

const route = getRouteApi('/devices')

/** Find devices, and go to one (console §4.2). */
export function DevicesPage() {
  const search = route.useSearch()
  const mayRegister = usePermissions().may('ROLE_DEVICE_CONTROL_READ')
  return (
    <Page
      title="Devices"
      summary={
        search.q === undefined
          ? 'Everything that has sent a first message, the oldest first.'
          : 'What was searched for, the best match first.'
      }
      action={
        mayRegister ? (
          <LinkButton to="/registration" look="primary" icon="plus">
            Register a device
          </LinkButton>
        ) : undefined
      }
    >
      <DevicesContent search={search} />
    </Page>
  )
}

function DevicesContent({ search }: { readonly search: DevicesSearch }) {
  // What is not looked at here draws nothing again when it changes, as the time of each reading.
  const devices = useDeviceRows(search)
  const { error } = devices
  const mayReadAll = usePermissions().may('ROLE_INVENTORY_READ')
  // That nothing was found before says nothing of what is asked now.
  const data =
    devices.data?.rows.length === 0 && devices.isPlaceholderData ? undefined : devices.data
  const { q, type, page = 1 } = search
  if (data === undefined && error instanceof RestRefusal && error.status === 403) {
    return <ForbiddenState explanation={describeMissingPermission(['ROLE_INVENTORY_READ'])} />
  }
  const isWhole = q === undefined && type === undefined && page === 1
  if (isWhole && data?.rows.length === 0) return mayReadAll ? <NoDevices /> : <NoOwnDevices />
  const onRetry = (): void => void devices.refetch()
  return (
    <>
      {data !== undefined && error !== null && (
        <StaleNotice failure={error} asOf={devices.dataUpdatedAt} onRetry={onRetry} />
      )}
      {/* In one place whatever is read, since somebody may be typing in it. */}
      <DevicesFilter
        search={search}
        types={data?.rows.flatMap(({ device }) => device.type ?? []) ?? []}
      />
      {data !== undefined ? (
        <DevicesList search={search} read={data} />
      ) : error === null ? (
        <div className={styles.loading}>
          <LoadingSkeleton rows={10} label="Reading the devices" />
        </div>
      ) : (
        <ErrorState failure={error} onRetry={onRetry} />
      )}
    </>
  )
}

/** Without the role one sees what one owns. */
function NoOwnDevices() {
  return (
    <EmptyState icon="devices" title="No devices of yours">
      Without the role ROLE_INVENTORY_READ you see only what belongs to you. An administrator of the
      tenant can give it to you.
    </EmptyState>
  )
}

function DevicesList({
  search,
  read: { rows, total, hasMore },
}: {
  readonly search: DevicesSearch
  readonly read: DeviceRows
}) {
  const navigate = useNavigate()
  return (
    <>
      <LiveList items={rows} idOf={idOf} listKey={JSON.stringify(search)}>
        {(shown) => (
          <DevicesTable
            search={search}
            rows={shown}
            onOpen={({ device: { id } }) =>
              void navigate({ to: '/devices/$id/{-$tab}', params: { id } })
            }
            empty={<NothingFound search={search} />}
          />
        )}
      </LiveList>
      {search.q === undefined ? (
        <Pager
          page={search.page ?? 1}
          pageSize={devicesPageSize}
          items={rows.length}
          total={total}
          onPage={(next) =>
            void navigate({ to: '/devices', search: (present) => ({ ...present, page: next }) })
          }
        />
      ) : (
        rows.length > 0 && (
          <p className={styles.found} role="status" data-testid="found">
            {describeFound(rows.length, hasMore)}
          </p>
        )
      )}
    </>
  )
}

interface DevicesTableProps {
  readonly search: DevicesSearch
  readonly rows: readonly DeviceRow[]
  readonly onOpen: (row: DeviceRow) => void
  readonly empty: ReactNode
}

function DevicesTable({ search, rows, onOpen, empty }: DevicesTableProps) {
  const ids = useMemo(() => rows.map(idOf), [rows])
  const serials = useSerials(ids)
  const alarms = useAlarmCounts()
  useEffect(() => deviceTrail.set({ search, ids }), [search, ids])
  const columns: readonly DataColumn<DeviceRow>[] = [
    {
      id: 'name',
      header: 'Name',
      isRowHeader: true,
      cell: ({ device, match, foundBy }) => (
        <span className={styles.name}>
          <Link to="/devices/$id/{-$tab}" params={{ id: device.id }} data-testid="device-link">
            <DeviceText linesMax={2}>{deviceName(device)}</DeviceText>
          </Link>
          {match !== undefined && (
            <span className={styles.match}>
              found by{' '}
              {foundBy === undefined ? matchWords[match] : <DeviceText>{foundBy}</DeviceText>}
            </span>
          )}
        </span>
      ),
    },
    {
      id: 'type',
      header: 'Type',
      cell: ({ device }) => (
        <span className={styles.short}>
          <DeviceText linesMax={1}>{device.type ?? ''}</DeviceText>
        </span>
      ),
    },
    {
      id: 'serial',
      header: 'Serial',
      cell: ({ device }) => (
        <span className={styles.short}>
          <DeviceText isCode linesMax={1}>
            {serials.get(device.id) ?? ''}
          </DeviceText>
        </span>
      ),
    },
    ...(alarms === undefined
      ? []
      : [
          {
            id: 'alarms',
            header: 'Open alarms',
            showsInCard: true,
            cell: ({ device }: DeviceRow) => {
              const counts = alarms.get(device.id)
              return counts === undefined ? (
                <span className={styles.none}>None</span>
              ) : (
                <AlarmCountChips counts={counts} />
              )
            },
          },
        ]),
    {
      id: 'children',
      header: 'Children',
      alignsEnd: true,
      cell: ({ device }) => device.childDevices.count?.toLocaleString(),
    },
    {
      id: 'changed',
      header: 'Last change',
      showsInCard: true,
      cell: ({ device }) => <Time value={device.lastUpdated} />,
    },
    {
      id: 'owner',
      header: 'Owner',
      cell: ({ device }) => (
        <span className={styles.short}>
          <DeviceText linesMax={1}>{device.owner}</DeviceText>
        </span>
      ),
    },
    {
      id: 'registered',
      header: 'Registered',
      cell: ({ device }) => <Time value={device.creationTime} />,
    },
  ]
  return (
    <DataTable
      label="Devices"
      testId="devices"
      items={rows}
      idOf={idOf}
      textOf={({ device }) => deviceName(device)}
      onOpen={onOpen}
      columns={columns}
      empty={empty}
    />
  )
}

function NothingFound({ search: { q, type = '', page } }: { readonly search: DevicesSearch }) {
  const navigate = useNavigate()
  if (q === undefined && page !== undefined) {
    return (
      <PageBeyondEnd
        onFirst={() =>
          void navigate({ to: '/devices', search: ({ page: _, ...present }) => present })
        }
      />
    )
  }
  const clear = (
    <Button
      onPress={() => void navigate({ to: '/devices', search: {} })}
      data-testid="clear-search"
    >
      {q !== undefined ? 'Clear search' : 'Clear filter'}
    </Button>
  )
  return q !== undefined ? (
    <EmptyState icon="search" title="No device matches" action={clear}>
      Nothing has the external id or the id <DeviceText isCode>{q}</DeviceText>, has that in its
      name, or a type that begins with it.
    </EmptyState>
  ) : (
    <EmptyState icon="devices" title="No devices here" action={clear}>
      No device is of type <DeviceText>{type}</DeviceText>.
    </EmptyState>
  )
}

function idOf({ device }: DeviceRow): string {
  return device.id
}
