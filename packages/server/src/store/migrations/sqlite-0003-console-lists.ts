import type { Migration } from './migration.ts'

/**
 * What the pages of the console look for. `device_names` is the order in which devices are
 * searched: names and types of devices alone, folded to one case by `fold_case` of the program.
 */
export const consoleLists: Migration = {
  version: 3,
  name: 'console lists',
  sql: `
    CREATE TABLE device_names (
      tenant_key INTEGER NOT NULL,
      name TEXT NOT NULL,
      managed_object_id INTEGER NOT NULL,
      type TEXT NOT NULL,
      PRIMARY KEY (tenant_key, name, managed_object_id)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX device_names_by_type ON device_names (tenant_key, type);
    INSERT INTO device_names
      SELECT m.tenant_key, fold_case(coalesce(m.name, '')), m.id, fold_case(coalesce(m.type, ''))
      FROM managed_object_fragments f JOIN managed_objects m ON m.id = f.managed_object_id
      WHERE f.fragment = 'c8y_IsDevice';

    CREATE INDEX external_ids_by_value ON external_ids (tenant_key, value);

    CREATE INDEX registration_requests_of_tenant_by_status
      ON registration_requests (tenant_id, status, position);
  `,
}
