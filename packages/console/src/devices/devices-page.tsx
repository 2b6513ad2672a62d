import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import { DataTable } from '../parts/data-table.tsx'
import { Pager } from '../parts/pager.tsx'
import { EmptyState, ErrorState, LoadingSkeleton, StaleNotice } from '../parts/states.tsx'
import { Time } from '../parts/time.tsx'
import { usePlatform } from '../platform/platform.ts'
import { usePolling } from '../platform/polling.ts'
import { Page } from '../shell/page.tsx'

const route = getRouteApi('/devices')
const pageSize = 25

export function DevicesPage() {
  const { rest } = usePlatform()
  const { page = 1 } = route.useSearch()
  const navigate = useNavigate()
  const devices = useQuery({
    queryKey: ['devices', page],
    queryFn: ({ signal }) =>
      rest.get('/inventory/managedObjects', {
        query: {
          fragmentType: 'c8y_IsDevice',
          pageSize,
          currentPage: page,
          withTotalElements: true,
        },
        signal,
      }),
    ...usePolling('devices'),
  })
  if (devices.data === undefined) {
    return (
      <Page title="Devices">
        {devices.error === null ? (
          <LoadingSkeleton rows={8} label="Reading the devices" />
        ) : (
          <ErrorState failure={devices.error} onRetry={() => void devices.refetch()} />
        )}
      </Page>
    )
  }
  const { managedObjects, statistics } = devices.data
  return (
    <Page title="Devices">
      {devices.error !== null && (
        <StaleNotice
          failure={devices.error}
          asOf={devices.dataUpdatedAt}
          onRetry={() => void devices.refetch()}
        />
      )}
      <DataTable
        label="Devices"
        testId="devices"
        items={managedObjects}
        idOf={({ id }) => id}
        textOf={({ id, name }) => name ?? id}
        onOpen={({ id }) => void navigate({ to: '/devices/$id/{-$tab}', params: { id } })}
        columns={[
          {
            id: 'name',
            header: 'Name',
            isRowHeader: true,
            cell: ({ id, name }) => (
              <Link to="/devices/$id/{-$tab}" params={{ id }}>
                {name ?? id}
              </Link>
            ),
          },
          { id: 'type', header: 'Type', cell: ({ type }) => type },
          { id: 'id', header: 'Id', cell: ({ id }) => <code>{id}</code> },
          {
            id: 'created',
            header: 'Created',
            cell: ({ creationTime }) => <Time value={creationTime} />,
          },
        ]}
        empty={
          <EmptyState
            icon="devices"
            title="No devices yet"
            action={<Link to="/registration">Register a device</Link>}
          >
            A device appears here with the first row that it sends after its registration.
          </EmptyState>
        }
      />
      <Pager
        page={page}
        pageSize={pageSize}
        items={managedObjects.length}
        total={statistics.totalElements}
        onPage={(next) =>
          void navigate({ to: '/devices', search: (present) => ({ ...present, page: next }) })
        }
      />
    </Page>
  )
}
