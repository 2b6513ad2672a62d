import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { fleetIds, registerDevices } from './device-registration.ts'
import { LoadGenerator } from './load-generator/load-generator.ts'
import type { Login } from './load-generator/requests.ts'
import { type Platform, startPlatform } from './platform.ts'
import type { ProgressLine } from './progress.ts'
import { openTemporaryFolder, type TemporaryFolder } from './temporary-folder.ts'

/** Registrations that are under way at the same time. */
const parallelRegistrations = 16

/**
 * A data folder with a fleet of devices that have their credentials and have come into being,
 * made once; each start works on a copy of it.
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
