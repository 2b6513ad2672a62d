import { RestRefusal } from '@pileus/rest-contract'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { Suspense } from 'react'
import { ErrorState, ForbiddenState, LoadingSkeleton, StaleNotice } from '../parts/states.tsx'
import { Tabs } from '../parts/tabs.tsx'
import { describeMissingPermission } from '../session/permissions.ts'
import { Page } from '../shell/page.tsx'
import { isGone, useDevice } from './device-data.ts'
import { DeviceHeader } from './device-header.tsx'
import { deviceName } from './device-name.ts'
import styles from './device-page.module.css'
import { deviceTabs, findDeviceTab } from './device-tabs.tsx'
import { MissingDevice } from './missing-device.tsx'

const route = getRouteApi('/devices/$id/{-$tab}')

/** One device: its header, and one of its tabs (console §5). */
export function DevicePage() {
  const { id, tab } = route.useParams()
  const navigate = useNavigate()
  const device = useDevice(id)
  if (isGone(device.error)) {
    return <MissingDevice id={id} name={device.data && deviceName(device.data)} />
  }
  if (device.data === undefined) {
    return (
      <Page title="Device">
        {device.error === null ? (
          <LoadingSkeleton rows={6} label="Reading the device" />
        ) : device.error instanceof RestRefusal && device.error.status === 403 ? (
          <ForbiddenState explanation={describeMissingPermission(['ROLE_INVENTORY_READ'])} />
        ) : (
          <ErrorState failure={device.error} onRetry={() => void device.refetch()} />
        )}
      </Page>
    )
  }
  const present = device.data
  return (
    <Page
      title={deviceName(present)}
      header={
        <div className={styles.sticky}>
          <DeviceHeader device={present} tab={tab} />
        </div>
      }
    >
      {device.error !== null && (
        <StaleNotice
          failure={device.error}
          asOf={device.dataUpdatedAt}
          onRetry={() => void device.refetch()}
        />
      )}
      <Tabs
        // The tabs of another device begin anew.
        key={id}
        label="Parts of the device"
        isManual
        selected={findDeviceTab(tab).id}
        onSelect={(next) =>
          void navigate({
            to: '/devices/$id/{-$tab}',
            params: { id, tab: next },
            resetScroll: false,
          })
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
