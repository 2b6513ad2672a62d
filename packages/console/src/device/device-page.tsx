import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { ErrorState, LoadingSkeleton } from '../parts/states.tsx'
import { usePlatform } from '../platform/platform.ts'
import { usePolling } from '../platform/polling.ts'
import { Page } from '../shell/page.tsx'

const route = getRouteApi('/devices/$id/{-$tab}')

export function DevicePage() {
  const { rest } = usePlatform()
  const { id } = route.useParams()
  const device = useQuery({
    queryKey: ['device', id],
    queryFn: ({ signal }) => rest.get('/inventory/managedObjects/{id}', { path: { id }, signal }),
    ...usePolling('device'),
  })
  if (device.data === undefined) {
    return (
      <Page title="Device">
        {device.error === null ? (
          <LoadingSkeleton rows={4} label="Reading the device" />
        ) : (
          <ErrorState failure={device.error} onRetry={() => void device.refetch()} />
        )}
      </Page>
    )
  }
  return (
    <Page title={device.data.name ?? id} summary={device.data.type}>
      {null}
    </Page>
  )
}
