import type { Migration } from './migration.ts'
import { lifeOfADevice } from './sqlite-0001-life-of-a-device.ts'
import { operationStatusChanges } from './sqlite-0002-operation-status-changes.ts'
import { consoleLists } from './sqlite-0003-console-lists.ts'

/** All steps of the SQLite schema, oldest first. */
export const sqliteMigrations: readonly Migration[] = [
  lifeOfADevice,
  operationStatusChanges,
  consoleLists,
]
