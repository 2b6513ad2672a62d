import type { Migration } from './migration.ts'

/** Operations remember when they went from one status to the next; older ones do not know. */
export const operationStatusChanges: Migration = {
  version: 2,
  name: 'operation status changes',
  sql: `ALTER TABLE operations ADD COLUMN status_changes TEXT NOT NULL DEFAULT '[]'`,
}
