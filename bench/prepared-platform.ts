import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { benchCollection } from './bench-collection.ts'
import { fleetIds, registerDevices } from './device-registration.ts'
import { LoadGenerator } from './load-generator/load-generator.ts'
import type { Login } from './load-generator/requests.ts'
import { type Platform, startPlatform } from './platform.ts'
import { openRestClient, type PlatformAccess } from './platform-access.ts'
import type { ProgressLine } from './progress.ts'
import { memberOf } from './rest-client.ts'
import { openTemporaryFolder, type TemporaryFolder } from './temporary-folder.ts'

/** Registrations that are under way at the same time. */
const parallelRegistrations = 16

/**
 * A data folder with a fleet of devices that have their credentials and have come into being, and
 * with the template collection of the workloads, made once; each start works on a copy of it.
 */
export class PreparedPlatform implements Disposable {
  readonly logins: readonly Login[]
  readonly #folder: TemporaryFolder

  private constructor(folder: TemporaryFolder, logins: readonly Login[]) {
    this.#folder = folder
    this.logins = logins
  }

  static async prepare(devices: number, progress: ProgressLine): Promise<PreparedPlatform> {
    progress.begin(`registering ${devices} devices`)
    const folder = openTemporaryFolder()
    await using platform = await startPlatform({ dataDir: folder.path })
    const logins: Login[] = []
    const { host, port, access } = platform
    await registerDevices(access, fleetIds(devices), parallelRegistrations, (login) => {
      logins.push(login)
      progress.update(`${logins.length} registered`)
    })
    await using load = await LoadGenerator.start(undefined, progress.update)
    await load.connectAll({ host, port, logins })
    await load.request('announce', { payload: '100,Bench device,bench_Device' })
    await createCollection(access)
    return new PreparedPlatform(folder, logins)
  }

  async start(core: number | undefined): Promise<Platform> {
    const folder = openTemporaryFolder()
    const dataDir = join(folder.path, 'data')
    cpSync(this.#folder.path, dataDir, { recursive: true, preserveTimestamps: true })
    const platform = await startPlatform({ dataDir, core })
    return {
      ...platform,
      async [Symbol.asyncDispose]() {
        await platform[Symbol.asyncDispose]()
        folder[Symbol.dispose]()
      },
    }
  }

  [Symbol.dispose](): void {
    this.#folder[Symbol.dispose]()
  }
}

/** As a console does it: the object, then its X-ID (smartrest-templates §1). */
async function createCollection(access: PlatformAccess): Promise<void> {
  using admin = openRestClient(access, access.admin)
  const { xId, fragment } = benchCollection
  const created = await admin.expect(201, 'POST', '/inventory/managedObjects', {
    type: 'c8y_SmartRest2Template',
    name: xId,
    com_cumulocity_model_smartrest_csv_CsvSmartRestTemplate: fragment,
  })
  const path = `/identity/globalIds/${String(memberOf(created, 'id'))}/externalIds`
  const type = 'c8y_SmartRest2DeviceIdentifier'
  await admin.expect(201, 'POST', path, { type, externalId: xId })
}
