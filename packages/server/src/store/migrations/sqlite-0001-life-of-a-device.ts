import type { Migration } from './migration.ts'

/**
 * Ids are unique in the instance, so tables are keyed by id alone and carry the tenant as
 * `tenant_key`; every statement names both. `fragments` is the JSON text of an object.
 */
export const lifeOfADevice: Migration = {
  version: 1,
  name: 'life of a device',
  sql: `
    -- Small numbers for tenants, so that millions of rows and index entries stay short.
    CREATE TABLE tenant_keys (
      tenant_key INTEGER PRIMARY KEY,
      tenant_id TEXT NOT NULL UNIQUE
    ) STRICT;

    CREATE TABLE tenants (
      tenant_id TEXT PRIMARY KEY,
      status TEXT NOT NULL,
      domain TEXT,
      creation_time INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;

    -- The greatest id given of each kind: ids are never reused, whatever is deleted.
    CREATE TABLE sequences (
      kind TEXT PRIMARY KEY,
      last_id INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE managed_objects (
      id INTEGER PRIMARY KEY,
      tenant_key INTEGER NOT NULL,
      type TEXT,
      name TEXT,
      owner TEXT NOT NULL,
      creation_time INTEGER NOT NULL,
      last_updated INTEGER NOT NULL,
      fragments TEXT NOT NULL
    ) STRICT;
    CREATE UNIQUE INDEX managed_objects_of_tenant ON managed_objects (tenant_key, id);
    CREATE INDEX managed_objects_by_type ON managed_objects (tenant_key, type, id);
    CREATE INDEX managed_objects_by_owner ON managed_objects (tenant_key, owner, id);

    CREATE TABLE managed_object_fragments (
      tenant_key INTEGER NOT NULL,
      fragment TEXT NOT NULL,
      managed_object_id INTEGER NOT NULL REFERENCES managed_objects (id) ON DELETE CASCADE,
      PRIMARY KEY (tenant_key, fragment, managed_object_id)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX managed_object_fragments_of_object
      ON managed_object_fragments (managed_object_id);

    CREATE TABLE external_ids (
      position INTEGER PRIMARY KEY,
      tenant_key INTEGER NOT NULL,
      type TEXT NOT NULL,
      value TEXT NOT NULL,
      managed_object_id INTEGER NOT NULL REFERENCES managed_objects (id) ON DELETE CASCADE,
      UNIQUE (tenant_key, type, value)
    ) STRICT;
    CREATE INDEX external_ids_of_object ON external_ids (managed_object_id);

    CREATE TABLE child_references (
      position INTEGER PRIMARY KEY,
      tenant_key INTEGER NOT NULL,
      parent_id INTEGER NOT NULL REFERENCES managed_objects (id) ON DELETE CASCADE,
      kind TEXT NOT NULL,
      child_id INTEGER NOT NULL REFERENCES managed_objects (id) ON DELETE CASCADE,
      UNIQUE (parent_id, kind, child_id)
    ) STRICT;
    CREATE INDEX child_references_of_parent ON child_references (parent_id, kind, position);
    CREATE INDEX child_references_of_child ON child_references (child_id, kind, position);

    -- No foreign key: the rule that a source exists is the domain's, and a check for each of
    -- millions of rows would cost as much as the row.
    CREATE TABLE measurements (
      id INTEGER PRIMARY KEY,
      tenant_key INTEGER NOT NULL,
      source_id INTEGER NOT NULL,
      time INTEGER NOT NULL,
      type TEXT NOT NULL,
      fragments TEXT NOT NULL
    ) STRICT;

    -- Which measurements a source has, by time. Written in batches, so it ends at \`indexed_id\`;
    -- later measurements are found by looking through them.
    CREATE TABLE measurement_index (
      source_id INTEGER NOT NULL,
      time INTEGER NOT NULL,
      measurement_id INTEGER NOT NULL,
      PRIMARY KEY (source_id, time, measurement_id)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE measurement_index_end (indexed_id INTEGER NOT NULL) STRICT;
    INSERT INTO measurement_index_end VALUES (0);

    CREATE TABLE events (
      id INTEGER PRIMARY KEY,
      tenant_key INTEGER NOT NULL,
      source_id INTEGER NOT NULL REFERENCES managed_objects (id) ON DELETE CASCADE,
      type TEXT NOT NULL,
      text TEXT NOT NULL,
      time INTEGER NOT NULL,
      creation_time INTEGER NOT NULL,
      last_updated INTEGER NOT NULL,
      fragments TEXT NOT NULL
    ) STRICT;
    CREATE INDEX events_of_tenant ON events (tenant_key, time);
    CREATE INDEX events_of_source ON events (source_id, time);
    CREATE INDEX events_of_source_by_type ON events (source_id, type, time);

    CREATE TABLE alarms (
      id INTEGER PRIMARY KEY,
      tenant_key INTEGER NOT NULL,
      source_id INTEGER NOT NULL REFERENCES managed_objects (id) ON DELETE CASCADE,
      type TEXT NOT NULL,
      text TEXT NOT NULL,
      severity TEXT NOT NULL,
      status TEXT NOT NULL,
      time INTEGER NOT NULL,
      count INTEGER NOT NULL,
      first_occurrence_time INTEGER NOT NULL,
      creation_time INTEGER NOT NULL,
      last_updated INTEGER NOT NULL,
      fragments TEXT NOT NULL
    ) STRICT;
    CREATE INDEX alarms_of_tenant ON alarms (tenant_key, time);
    CREATE INDEX alarms_of_source ON alarms (source_id, time);
    -- Few among many: what de-duplication looks for on every alarm that comes in.
    CREATE INDEX alarms_unresolved ON alarms (source_id, type) WHERE status <> 'CLEARED';

    CREATE TABLE operations (
      id INTEGER PRIMARY KEY,
      tenant_key INTEGER NOT NULL,
      device_id INTEGER NOT NULL REFERENCES managed_objects (id) ON DELETE CASCADE,
      agent_id INTEGER NOT NULL,
      status TEXT NOT NULL,
      creation_time INTEGER NOT NULL,
      failure_reason TEXT,
      delivery TEXT NOT NULL,
      fragments TEXT NOT NULL
    ) STRICT;
    CREATE INDEX operations_of_tenant ON operations (tenant_key, id);
    CREATE INDEX operations_by_status ON operations (tenant_key, status, id);
    CREATE INDEX operations_of_device ON operations (device_id, status, creation_time);

    -- \`document\` is the JSON text of the whole user.
    CREATE TABLE users (
      tenant_key INTEGER NOT NULL,
      user_name TEXT NOT NULL,
      document TEXT NOT NULL,
      PRIMARY KEY (tenant_key, user_name)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE tenant_options (
      tenant_key INTEGER NOT NULL,
      category TEXT NOT NULL,
      key TEXT NOT NULL,
      value TEXT NOT NULL,
      PRIMARY KEY (tenant_key, category, key)
    ) STRICT, WITHOUT ROWID;

    -- A device id is open in one tenant of the instance only, so it is a key by itself.
    CREATE TABLE registration_requests (
      position INTEGER PRIMARY KEY,
      device_identifier TEXT NOT NULL UNIQUE,
      tenant_id TEXT NOT NULL,
      status TEXT NOT NULL,
      status_since INTEGER NOT NULL,
      document TEXT NOT NULL
    ) STRICT;
    CREATE INDEX registration_requests_of_tenant ON registration_requests (tenant_id, position);
    CREATE INDEX registration_requests_by_status ON registration_requests (status, status_since);

    -- The marks of the publishes of one commit group, eight bytes each, little-endian floats.
    CREATE TABLE publish_receipts (
      id INTEGER PRIMARY KEY,
      time INTEGER NOT NULL,
      marks BLOB NOT NULL
    ) STRICT;
  `,
}
