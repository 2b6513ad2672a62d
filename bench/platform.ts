import { fileURLToPath } from 'node:url'
import { collectGarbage, inspectableArgs } from './node-inspector.ts'
import type { PlatformAccess } from './platform-access.ts'
import { RunningProgram } from './running-program.ts'

const mainFile = fileURLToPath(new URL('../packages/server/src/main.ts', import.meta.url))

const admin = { userName: 't100/admin', password: 'bench-admin-password' }
const bootstrap = {
  userName: 'management/devicebootstrap',
  password: 'bench-bootstrap-password',
}

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
  PILEUS_TENANT: 't100',
  PILEUS_ADMIN_USER: 'admin',
  PILEUS_ADMIN_PASSWORD: admin.password,
  PILEUS_BOOTSTRAP_PASSWORD: bootstrap.password,
}

/** The platform as its users start it, on a data folder of ours. */
export interface Platform extends AsyncDisposable {
  readonly pid: number
  readonly host: string
  /** Of MQTT over TCP. */
  readonly port: number
  readonly access: PlatformAccess
  readonly collectGarbage: () => Promise<void>
}

export async function startPlatform(options: {
  readonly dataDir: string
  readonly core?: number | undefined
}): Promise<Platform> {
  const program = await RunningProgram.start({
    program: process.execPath,
    args: [...inspectableArgs, '--conditions=@pileus/source', mainFile],
    env: { ...environment, PILEUS_DATA_DIR: options.dataDir },
    core: options.core,
  })
  const [, httpUrl = '', host = '', port] = await program.firstLine(
    /^Pileus is ready: HTTP (\S+) MQTT (\S+):(\d+)$/,
  )
  return {
    pid: program.pid,
    host,
    port: Number(port),
    access: { httpUrl, admin, bootstrap },
    collectGarbage: () => collectGarbage(program),
    [Symbol.asyncDispose]: () => program[Symbol.asyncDispose](),
  }
}
