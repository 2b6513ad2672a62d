import { alarmHandlers } from './alarm-handlers.ts'
import { childHandlers } from './child-handlers.ts'
import { consoleHandlers } from './console-handlers.ts'
import { dryRunHandlers } from './dry-run-handlers.ts'
import { eventHandlers } from './event-handlers.ts'
import { identityHandlers } from './identity-handlers.ts'
import { inventoryHandlers } from './inventory-handlers.ts'
import { measurementHandlers } from './measurement-handlers.ts'
import { operationHandlers } from './operation-handlers.ts'
import { registrationHandlers } from './registration-handlers.ts'
import type { Handlers } from './rest-request.ts'
import { smartRest1Handlers } from './smartrest-1-handlers.ts'
import { tenantHandlers } from './tenant-handlers.ts'
import { userHandlers } from './user-handlers.ts'
import { wireHandlers } from './wire-handlers.ts'

/** What each row of the contract does. */
export const handlers: Handlers = {
  ...tenantHandlers,
  ...userHandlers,
  ...identityHandlers,
  ...inventoryHandlers,
  ...childHandlers,
  ...measurementHandlers,
  ...eventHandlers,
  ...alarmHandlers,
  ...operationHandlers,
  ...registrationHandlers,
  ...consoleHandlers,
  ...wireHandlers,
  ...dryRunHandlers,
  ...smartRest1Handlers,
}
