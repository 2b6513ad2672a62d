import { readFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import type { RunningServer } from './build-server.ts'
import { startServer } from './build-server.ts'
import { formatConfigProblem } from './config/config-problems.ts'
import { parseConfig } from './config/parse-config.ts'
import type { Config } from './config/settings.ts'
import { readPrivateFile } from './credentials/private-file.ts'
import { PlatformError } from './platform-error.ts'
import type { Telemetry } from './telemetry/telemetry.ts'
import { buildTelemetry } from './telemetry/telemetry.ts'
import { welcomeText } from './welcome-text.ts'

/** Exit codes of the process itself; those of errors are in their table (reliability §20). */
const exitCodes = { configuration: 78, unexpected: 70, drainTimeout: 76 } as const

/** A terminal and npm both deliver the first signal, so it arrives twice (DESIGN §6). */
const secondSignalAfterMs = 1000
const drainGraceMs = 30_000

/**
 * Runs the platform as this process: it takes the signals and ends the process itself, with 0 after
 * an orderly stop. `argv` are the arguments after the program's name. Resolves once the platform is
 * ready, or when the configuration is wrong: then with `process.exitCode` set and nothing running.
 *
 * @see DESIGN §6
 */
export async function runServer(argv: readonly string[]): Promise<void> {
  const parsed = parseConfig({ argv, env: process.env, readFile: readPrivateFile })
  if (parsed.ok) await run(parsed.config)
  else {
    for (const problem of parsed.problems) process.stderr.write(`${formatConfigProblem(problem)}\n`)
    process.exitCode = exitCodes.configuration
  }
}

async function run(config: Config): Promise<void> {
  const version = versionOf(new URL('../package.json', import.meta.url))
  const telemetry = buildTelemetry({ level: config['log.level'], version, now: Date.now })
  telemetry.log('platform.starting', { more: { version, node: process.versions.node } })
  const fail = (error: unknown): never => {
    telemetry.log('platform.failed', { error })
    telemetry.close()
    process.stderr.write(`${messageOf(error)}\n`)
    process.exit(error instanceof PlatformError ? error.exitCode : exitCodes.unexpected)
  }
  process.on('uncaughtException', fail)
  process.on('unhandledRejection', fail)
  try {
    const server = await startServer(config, telemetry, fail)
    logReady(telemetry, server)
    stopOnSignal(server, config, telemetry, fail)
    process.stdout.write(welcomeText(welcomeOf(config, server)))
  } catch (error) {
    fail(error)
  }
}

function versionOf(manifest: URL): string {
  const { version }: { version: string } = JSON.parse(readFileSync(manifest, 'utf8'))
  return version
}

function logReady({ log }: Telemetry, server: RunningServer): void {
  if (server.isMasterKeyGenerated) log('keys.generated')
  if (server.isFirstStart) log('instance.created')
  const { httpAddress, mqttAddress } = server
  log('platform.ready', { more: { http: httpAddress.port, mqtt: mqttAddress.port } })
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

function welcomeOf(config: Config, { httpAddress, mqttAddress, firstSecrets }: RunningServer) {
  return {
    httpUrl: config.publicUrl ?? `http://${hostOf(httpAddress)}:${httpAddress.port}`,
    mqttHost: hostOf(mqttAddress),
    mqttPort: mqttAddress.port,
    tenantId: config.tenant,
    adminUserName: config['admin.user'],
    firstSecrets,
  }
}

/** An address that listens everywhere is reached at home. */
function hostOf({ address, family }: AddressInfo): string {
  if (address === '0.0.0.0' || address === '::') return 'localhost'
  return family === 'IPv6' ? `[${address}]` : address
}

/** The first signal drains and ends with 0, a second one at least a second later ends at once. */
function stopOnSignal(
  server: RunningServer,
  config: Config,
  telemetry: Telemetry,
  fail: (error: unknown) => never,
): void {
  const exit = (event: 'platform.stopped' | 'platform.stopIncomplete', code: number): never => {
    telemetry.log(event)
    telemetry.close()
    process.exit(code)
  }
  let firstAt: number | undefined
  const onSignal = () => {
    const now = performance.now()
    if (firstAt !== undefined) {
      if (now - firstAt >= secondSignalAfterMs) {
        exit('platform.stopIncomplete', exitCodes.drainTimeout)
      }
      return
    }
    firstAt = now
    const drainMaxMs = config['drain.maxMs'] ?? config['drain.windowMs'] + drainGraceMs
    setTimeout(() => exit('platform.stopIncomplete', exitCodes.drainTimeout), drainMaxMs).unref()
    server.stop().then(() => exit('platform.stopped', 0), fail)
  }
  process.on('SIGTERM', onSignal)
  process.on('SIGINT', onSignal)
}
