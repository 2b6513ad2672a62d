import { fileURLToPath } from 'node:url'
import { memberOf, RestClient } from './rest-client.ts'
import { RunningProgram } from './running-program.ts'

const mainFile = fileURLToPath(new URL('../packages/server/src/main.ts', import.meta.url))

const tenant = 't100'
const adminPassword = 'bench-admin-password'
const bootstrapPassword = 'bench-bootstrap-password'

/**
 * What differs from a plain start: limits on rates are lifted, as DESIGN §6 provides for
 * measurements, and the log holds warnings only, as with the other servers.
 */
const environment = {
  PILEUS_HOST: '127.0.0.1',
  PILEUS_HTTP_PORT: '0',
  PILEUS_MQTT_PORT: '0',
  PILEUS_LIMITS: 'open',
  PILEUS_LOG_LEVEL: 'warn',
  PILEUS_TENANT: tenant,
  PILEUS_ADMIN_PASSWORD: adminPassword,
  PILEUS_BOOTSTRAP_PASSWORD: bootstrapPassword,
}

/** The platform as its users start it, on a data folder of ours. */
export interface Platform extends AsyncDisposable {
  readonly pid: number
  readonly host: string
  readonly mqttPort: number
  readonly httpUrl: string
  readonly admin: RestClient
  readonly bootstrap: RestClient
}

export async function startPlatform(options: {
  readonly dataDir: string
  readonly core?: number | undefined
}): Promise<Platform> {
  const program = await RunningProgram.start({
    program: process.execPath,
    args: ['--conditions=@pileus/source', mainFile],
    env: { ...environment, PILEUS_DATA_DIR: options.dataDir },
    core: options.core,
  })
  const [, httpUrl = '', host = '', mqttPort] = await program.firstLine(
    /^Pileus is ready: HTTP (\S+) MQTT (\S+):(\d+)$/,
  )
  const admin = new RestClient(httpUrl, `${tenant}/admin`, adminPassword)
  const bootstrap = new RestClient(httpUrl, 'management/devicebootstrap', bootstrapPassword)
  return {
    pid: program.pid,
    host,
    mqttPort: Number(mqttPort),
    httpUrl,
    admin,
    bootstrap,
    async [Symbol.asyncDispose]() {
      admin[Symbol.dispose]()
      bootstrap[Symbol.dispose]()
      await program[Symbol.asyncDispose]()
    },
  }
}

/** All measurements of the tenant, as any client counts them (rest-api §1.7). */
export async function countMeasurements(admin: RestClient): Promise<number> {
  const path = '/measurement/measurements?pageSize=1&withTotalPages=true'
  const total = memberOf(memberOf(await admin.expect(200, 'GET', path), 'statistics'), 'totalPages')
  if (typeof total !== 'number') throw new Error(`GET ${path} gives no statistics.totalPages`)
  return total
}
