import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from '@tanstack/react-router'
import { parseDeviceSearch } from './device/device-search.ts'
import { parseDevicesSearch } from './devices/devices-search.ts'
import { parseRegistrationSearch } from './registration/registration-search.ts'
import { BrokenPage } from './shell/broken-page.tsx'
import { NotFoundPage } from './shell/not-found-page.tsx'
import { Shell } from './shell/shell.tsx'

/*
 * The routes of console §2.2 that exist. Pages are loaded when they are first opened; what is
 * filtered, sorted and paged is in the query, so that a copied address shows the same.
 */

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
  validateSearch: parseDevicesSearch,
  component: lazyRouteComponent(() => import('./devices/devices-page.tsx'), 'DevicesPage'),
})

const device = createRoute({
  getParentRoute: () => root,
  path: '/devices/$id/{-$tab}',
  validateSearch: parseDeviceSearch,
  component: lazyRouteComponent(() => import('./device/device-page.tsx'), 'DevicePage'),
})

const registration = createRoute({
  getParentRoute: () => root,
  path: '/registration',
  validateSearch: parseRegistrationSearch,
  component: lazyRouteComponent(
    () => import('./registration/registration-page.tsx'),
    'RegistrationPage',
  ),
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
