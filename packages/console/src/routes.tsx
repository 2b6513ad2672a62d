import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from '@tanstack/react-router'
import { parseDeviceSearch } from './device/device-search.ts'
import { deviceTabs } from './device/device-tabs.tsx'
import { parseDevicesSearch } from './devices/devices-search.ts'
import { onlyParsed } from './only-parsed.ts'
import { parseRegistrationSearch } from './registration/registration-search.ts'
import { BrokenPage } from './shell/broken-page.tsx'
import { loadPage } from './shell/load-page.ts'
import { NotFoundPage } from './shell/not-found-page.tsx'
import { Shell } from './shell/shell.tsx'

/*
 * The routes of console §2.2 that exist. Pages are loaded when they are first opened, or soon after
 * the first one; what is filtered, sorted and paged is in the query, so that a copied address shows
 * the same.
 */

const pages = {
  devices: () => import('./devices/devices-page.tsx'),
  device: () => import('./device/device-page.tsx'),
  registration: () => import('./registration/registration-page.tsx'),
} as const

/** Loads all pages ahead, so that none is missing when the platform is away. */
export function preloadPages(): void {
  for (const load of [...Object.values(pages), ...deviceTabs.map((tab) => tab.load)]) {
    load().catch(() => {
      // The page says so when somebody opens it.
    })
  }
}

const root = createRootRoute({
  component: Shell,
  notFoundComponent: NotFoundPage,
})

const home = createRoute({
  getParentRoute: () => root,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/devices', replace: true })
  },
})

const devices = createRoute({
  getParentRoute: () => root,
  path: '/devices',
  validateSearch: onlyParsed(parseDevicesSearch),
  component: lazyRouteComponent(() => loadPage(pages.devices), 'DevicesPage'),
})

const device = createRoute({
  getParentRoute: () => root,
  path: '/devices/$id/{-$tab}',
  validateSearch: parseDeviceSearch,
  component: lazyRouteComponent(() => loadPage(pages.device), 'DevicePage'),
})

const registration = createRoute({
  getParentRoute: () => root,
  path: '/registration',
  validateSearch: onlyParsed(parseRegistrationSearch),
  component: lazyRouteComponent(() => loadPage(pages.registration), 'RegistrationPage'),
})

export const router = createRouter({
  routeTree: root.addChildren([home, devices, device, registration]),
  basepath: '/console',
  defaultPreload: 'intent',
  defaultErrorComponent: BrokenPage,
  scrollRestoration: true,
})

declare module '@tanstack/react-router' {
  interface Register {
    readonly router: typeof router
  }
}
