import { useQuery } from '@tanstack/react-query'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { Suspense } from 'react'
import { ErrorState, LoadingSkeleton } from '../parts/states.tsx'
import { Tabs } from '../parts/tabs.tsx'
import { usePlatform } from '../platform/platform.ts'
import { usePolling } from '../platform/polling.ts'
import { Page } from '../shell/page.tsx'
import { deviceTabs, findDeviceTab } from './device-tabs.tsx'

const route = getRouteApi('/devices/$id/{-$tab}')

export function DevicePage() {
  const { rest } = usePlatform()
  const { id, tab } = route.useParams()
  const navigate = useNavigate()
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
  const present = device.data
  return (
    <Page title={present.name ?? id} summary={present.type}>
      <Tabs
        label="Parts of the device"
        isManual
        selected={findDeviceTab(tab).id}
        onSelect={(next) =>
          void navigate({ to: '/devices/$id/{-$tab}', params: { id, tab: next } })
        }
        tabs={deviceTabs.map(({ id: tabId, label, icon, component: Content }) => ({
          id: tabId,
          label,
          icon,
          content: () => (
            <Suspense fallback={<LoadingSkeleton rows={4} label={`Opening ${label}`} />}>
              <Content device={present} />
            </Suspense>
          ),
        }))}
      />
    </Page>
  )
}
