import type { ManagedObjectRepresentation } from '@pileus/rest-contract'
import { Link, useNavigate } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useMemo, useState } from 'react'
import { useSerials } from '../../devices/devices-data.ts'
import { Button } from '../../parts/button.tsx'
import { DataTable } from '../../parts/data-table.tsx'
import { DeviceText } from '../../parts/device-text.tsx'
import { LiveList } from '../../parts/live-list.tsx'
import { Pager } from '../../parts/pager.tsx'
import { parsePage } from '../../parts/parse-page.ts'
import {
  EmptyState,
  ErrorState,
  LoadingSkeleton,
  PageBeyondEnd,
  StaleNotice,
} from '../../parts/states.tsx'
import { Time } from '../../parts/time.tsx'
import {
  describeMissingPermission,
  useIdentity,
  usePermissions,
} from '../../session/permissions.ts'
import { deviceName } from '../device-name.ts'
import type { DeviceTabProps } from '../device-tabs.tsx'
import { describeChildren } from '../device-words.ts'
import { useTabSearch } from '../use-tab-search.ts'
import { Branch } from './branch.tsx'
import styles from './child-devices-tab.module.css'
import { childrenPageSize, useChildDevices } from './children-data.ts'
import { CreateChild } from './create-child.tsx'
import { DetachChild } from './detach-child.tsx'

/** The devices behind this one, level by level (console §5.6). */
export function ChildDevicesTab({ device }: DeviceTabProps) {
  const identity = useIdentity()
  const { may } = usePermissions()
  const [isCreating, setIsCreating] = useState(false)
  const unavailable = may('ROLE_INVENTORY_ADMIN')
    ? undefined
    : describeMissingPermission(['ROLE_INVENTORY_ADMIN'])
  const mayDetach = unavailable === undefined || device.owner === identity.userName
  return (
    <div className={styles.tab}>
      <div className={styles.toolbar}>
        <Button
          icon="plus"
          unavailable={unavailable}
          onPress={() => setIsCreating(true)}
          data-testid="create-child"
        >
          Create child device
        </Button>
      </div>
      <Children device={device} mayDetach={mayDetach} />
      {isCreating && <CreateChild parent={device} onClose={() => setIsCreating(false)} />}
    </div>
  )
}

function Children({ device, mayDetach }: DeviceTabProps & { readonly mayDetach: boolean }) {
  const { search, change } = useTabSearch(parsePage)
  const page = search.page ?? 1
  // What the user takes away goes at once, also from under the pointer.
  const [detached, setDetached] = useState(0)
  const children = useChildDevices(device.id, page)
  if (children.data === undefined) {
    return children.error === null ? (
      <div className={styles.loading}>
        <LoadingSkeleton rows={5} label="Reading the child devices" />
      </div>
    ) : (
      <ErrorState failure={children.error} onRetry={() => void children.refetch()} />
    )
  }
  return (
    <>
      {children.error !== null && (
        <StaleNotice
          failure={children.error}
          asOf={children.dataUpdatedAt}
          onRetry={() => void children.refetch()}
        />
      )}
      <LiveList
        items={children.data.children}
        idOf={({ id }) => id}
        listKey={`${page} ${detached}`}
      >
        {(shown) => (
          <ChildrenTable
            parent={device}
            items={shown}
            mayDetach={mayDetach}
            onDetached={() => setDetached(detached + 1)}
            empty={
              page > 1 ? <PageBeyondEnd onFirst={() => change({}, true)} /> : <NoChildDevices />
            }
          />
        )}
      </LiveList>
      <Pager
        page={page}
        pageSize={childrenPageSize}
        items={children.data.children.length}
        total={children.data.total}
        onPage={(next) => change(next > 1 ? { page: next } : {}, true)}
      />
    </>
  )
}

interface ChildrenTableProps {
  readonly parent: ManagedObjectRepresentation
  readonly items: readonly ManagedObjectRepresentation[]
  readonly mayDetach: boolean
  readonly onDetached: () => void
  readonly empty: ReactNode
}

function ChildrenTable({ parent, items, mayDetach, onDetached, empty }: ChildrenTableProps) {
  const navigate = useNavigate()
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set())
  const [detaching, setDetaching] = useState<ManagedObjectRepresentation>()
  const serials = useSerials(useMemo(() => items.map(({ id }) => id), [items]))
  const toggle = (id: string): void => {
    const others = new Set(open)
    setOpen(others.delete(id) ? others : others.add(id))
  }
  return (
    <>
      <DataTable
        label="Child devices"
        testId="child-devices"
        items={items}
        idOf={({ id }) => id}
        textOf={deviceName}
        onOpen={({ id }) => void navigate({ to: '/devices/$id/{-$tab}', params: { id } })}
        expanded={open}
        details={(child) => (
          <Branch id={child.id} path={[parent.id, child.id]} label={deviceName(child)} />
        )}
        columns={[
          {
            id: 'name',
            header: 'Name',
            isRowHeader: true,
            cell: (child) => (
              <Link to="/devices/$id/{-$tab}" params={{ id: child.id }} data-testid="child-link">
                <DeviceText linesMax={2}>{deviceName(child)}</DeviceText>
              </Link>
            ),
          },
          {
            id: 'type',
            header: 'Type',
            cell: ({ type }) => (
              <span className={styles.short}>
                <DeviceText linesMax={1}>{type ?? ''}</DeviceText>
              </span>
            ),
          },
          {
            id: 'serial',
            header: 'Serial',
            cell: ({ id }) => (
              <span className={styles.short}>
                <DeviceText isCode linesMax={1}>
                  {serials.get(id) ?? ''}
                </DeviceText>
              </span>
            ),
          },
          {
            id: 'below',
            header: 'Below',
            showsInCard: true,
            cell: ({ id, childDevices: { count } }) =>
              count === undefined ? (
                <span className={styles.none}>Nothing</span>
              ) : (
                <Button
                  look="quiet"
                  isSmall
                  icon={open.has(id) ? 'chevronDown' : 'chevronRight'}
                  aria-expanded={open.has(id)}
                  onPress={() => toggle(id)}
                  data-testid="show-below"
                >
                  {describeChildren(count)}
                </Button>
              ),
          },
          {
            id: 'changed',
            header: 'Last change',
            cell: ({ lastUpdated }) => <Time value={lastUpdated} />,
          },
          ...(mayDetach
            ? [
                {
                  id: 'actions',
                  header: 'Actions',
                  isHeaderHidden: true,
                  alignsEnd: true,
                  showsInCard: true,
                  cell: (child: ManagedObjectRepresentation) => (
                    <Button
                      look="quiet"
                      isSmall
                      onPress={() => setDetaching(child)}
                      aria-label={`Detach ${deviceName(child)}`}
                      data-testid="detach-child"
                    >
                      Detach
                    </Button>
                  ),
                },
              ]
            : []),
        ]}
        empty={empty}
      />
      {detaching !== undefined && (
        <DetachChild
          parent={parent}
          child={detaching}
          onDetached={onDetached}
          onClose={() => setDetaching(undefined)}
        />
      )}
    </>
  )
}

function NoChildDevices() {
  return (
    <EmptyState icon="children" title="No child devices">
      A gateway announces each device behind it with a row like{' '}
      <code>101,sensor-1,Sensor 1,acme_Sensor</code>; it appears here then.
    </EmptyState>
  )
}
