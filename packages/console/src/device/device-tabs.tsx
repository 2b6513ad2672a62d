import type { ManagedObjectRepresentation } from '@pileus/rest-contract'
import type { ComponentType } from 'react'
import { lazy } from 'react'
import { loadPage } from '../shell/load-page.ts'
import type { IconName } from '../visual/icon.tsx'

export interface DeviceTabProps {
  /** As it was last read; another object only when something in it is different. */
  readonly device: ManagedObjectRepresentation
}

export interface DeviceTab {
  /** Its segment in the address of the page. */
  readonly id: string
  readonly label: string
  readonly icon: IconName
  /** Loaded when the tab is first opened. */
  readonly component: ComponentType<DeviceTabProps>
  /** Loads it ahead. */
  readonly load: () => Promise<unknown>
}

function lazyTab(
  load: () => Promise<ComponentType<DeviceTabProps>>,
): Pick<DeviceTab, 'component' | 'load'> {
  return { component: lazy(async () => ({ default: await loadPage(load) })), load }
}

/** The tabs of the device page in their order (console §5). The first one needs no segment. */
export const deviceTabs: readonly DeviceTab[] = [
  {
    id: 'info',
    label: 'Info',
    icon: 'info',
    ...lazyTab(async () => (await import('./info/info-tab.tsx')).InfoTab),
  },
  {
    id: 'measurements',
    label: 'Measurements',
    icon: 'chart',
    ...lazyTab(async () => (await import('./measurements/measurements-tab.tsx')).MeasurementsTab),
  },
  {
    id: 'alarms',
    label: 'Alarms',
    icon: 'bell',
    ...lazyTab(async () => (await import('../alarms/alarms-tab.tsx')).AlarmsTab),
  },
  {
    id: 'events',
    label: 'Events',
    icon: 'events',
    ...lazyTab(async () => (await import('../events/events-tab.tsx')).EventsTab),
  },
  {
    id: 'operations',
    label: 'Operations',
    icon: 'terminal',
    ...lazyTab(async () => (await import('../operations/operations-tab.tsx')).OperationsTab),
  },
  {
    id: 'children',
    label: 'Child devices',
    icon: 'children',
    ...lazyTab(async () => (await import('./children/child-devices-tab.tsx')).ChildDevicesTab),
  },
]

/** The tab of an address; the first one where there is no such tab. */
export function findDeviceTab(id: string | undefined): DeviceTab {
  const [first] = deviceTabs
  if (first === undefined) throw new Error('The device page has no tabs.')
  return deviceTabs.find((tab) => tab.id === id) ?? first
}
