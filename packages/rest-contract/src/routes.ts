import type { HttpMethod } from './route.ts'
import { alarmRoutes } from './routes/alarm-routes.ts'
import { consoleRoutes } from './routes/console-routes.ts'
import { deviceControlRoutes } from './routes/device-control-routes.ts'
import { dryRunRoutes } from './routes/dry-run-routes.ts'
import { eventRoutes } from './routes/event-routes.ts'
import { identityRoutes } from './routes/identity-routes.ts'
import { inventoryRoutes } from './routes/inventory-routes.ts'
import { measurementRoutes } from './routes/measurement-routes.ts'
import { operationTraceRoutes } from './routes/operation-trace-routes.ts'
import { smartRest1Routes } from './routes/smartrest-1-routes.ts'
import { tenantRoutes } from './routes/tenant-routes.ts'
import { userRoutes } from './routes/user-routes.ts'

/** Every route of the REST interface. */
export const routes = [
  ...tenantRoutes,
  ...userRoutes,
  ...identityRoutes,
  ...inventoryRoutes,
  ...measurementRoutes,
  ...eventRoutes,
  ...alarmRoutes,
  ...deviceControlRoutes,
  ...operationTraceRoutes,
  ...consoleRoutes,
  ...dryRunRoutes,
  ...smartRest1Routes,
] as const

export type AnyRoute = (typeof routes)[number]
export type RouteName = AnyRoute['name']
export type RouteNamed<Name extends RouteName> = Extract<AnyRoute, { readonly name: Name }>

/** The methods that each path has, in the order of the table. `HEAD` comes with `GET`. */
export function methodsByPath(): ReadonlyMap<string, readonly HttpMethod[]> {
  const methods = new Map<string, HttpMethod[]>()
  for (const route of routes) {
    const known = methods.get(route.path)
    if (known === undefined) methods.set(route.path, [route.method])
    else known.push(route.method)
  }
  return methods
}
