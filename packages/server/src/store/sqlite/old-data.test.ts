// Data that earlier versions have stored, opened by this one.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import type { DeviceIdentifier, ManagedObject, RegistrationRequest } from '@pileus/domain'
import { firstTenant, idsOf } from '@pileus/testing'
import { sqliteMigrations } from '../migrations/sqlite-migrations.ts'
import { openWriter } from './connection.ts'
import { makeDatabaseFolder } from './data-folder.ts'
import { migrate } from './migrate.ts'
import { openSqliteStore } from './open-sqlite-store.ts'

const dataFolder = mkdtempSync(join(tmpdir(), 'pileus-old-data-'))
after(() => rmSync(dataFolder, { recursive: true }))

/** As version 2 of the schema had it. */
const request = {
  deviceIdentifier: 'meter-8',
  tenantId: firstTenant,
  status: 'PENDING_ACCEPTANCE',
  owner: 'maria',
  creationTime: 1,
  statusSince: 2,
  customProperties: {},
  wrongTokens: 0,
  claimants: [],
  isContested: false,
}

test('devices of schema 2 are found by name and external id, requests have an empty diary', async () => {
  const file = join(makeDatabaseFolder(dataFolder), 'pileus.sqlite')
  {
    using writer = openWriter(file)
    migrate(writer, sqliteMigrations.slice(0, 2))
    writer.database.exec(`
      INSERT INTO tenant_keys VALUES (1, '${firstTenant}');
      INSERT INTO sequences VALUES ('managedObject', 1003);
      INSERT INTO managed_objects VALUES (1001, 1, 'Pumpe', 'ÜBER 1', 'o', 1, 1, '{"c8y_IsDevice":{}}');
      INSERT INTO managed_objects VALUES (1002, 1, NULL, NULL, 'o', 1, 1, '{"c8y_IsDevice":{}}');
      INSERT INTO managed_objects VALUES (1003, 1, NULL, 'über 2', 'o', 1, 1, '{}');
      INSERT INTO managed_object_fragments VALUES (1, 'c8y_IsDevice', 1001), (1, 'c8y_IsDevice', 1002);
      INSERT INTO external_ids VALUES (1, 1, 'c8y_Serial', 'SN-1', 1001);
    `)
    writer.command(
      `INSERT INTO registration_requests
         (device_identifier, tenant_id, status, status_since, document) VALUES (?, ?, ?, ?, ?)`,
    )('meter-8', firstTenant, request.status, request.statusSince, JSON.stringify(request))
  }

  await using store = await openSqliteStore({ dataFolder })
  const reader = store.reader(firstTenant)
  const like = async (text: string) =>
    idsOf(await reader.listDevicesLike({ likeness: 'namePrefix', text, limit: 10 }))
  assert.deepEqual(await like('über'), ['1001'])
  assert.deepEqual(await like(''), ['1002', '1001'])
  assert.deepEqual(await reader.listByExternalIdValue('SN-1', 10), [
    { externalId: { type: 'c8y_Serial', value: 'SN-1' }, id: '1001' },
  ])
  await store.run(firstTenant, 5, async ({ repository }) => {
    const device = await repository.findManagedObject('1001' as ManagedObject['id'])
    assert.ok(device)
    await repository.saveManagedObject({ ...device, name: 'Valve' })
  })
  assert.deepEqual(await like('über'), [])
  assert.deepEqual(await like('valve'), ['1001'])

  const { instanceReader } = store
  const id = 'meter-8' as DeviceIdentifier
  const found: RegistrationRequest | undefined = await instanceReader.findRegistrationRequest(id)
  assert.deepEqual(found, { ...request, polls: [] })
})
