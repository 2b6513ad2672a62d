import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { repositoryRoot } from '../run-command.ts'

/** A platform in a process of its own. */
export interface PlatformProcess extends AsyncDisposable {
  readonly httpUrl: string
  /** `host:port` */
  readonly mqttAddress: string
  /** When the process ends, whoever ends it. */
  readonly ended: Promise<void>
}

/**
 * Starts it on an empty data folder, which is removed in the end, unless `env` names one. Throws
 * what the platform has said when it does not come up.
 */
export async function startPlatformProcess(
  env: Readonly<Record<string, string | undefined>>,
): Promise<PlatformProcess> {
  const folder = await mkdtemp(join(tmpdir(), 'pileus-demo-'))
  const main = join(repositoryRoot, 'packages', 'server', 'src', 'main.ts')
  const child = spawn(process.execPath, ['--conditions=@pileus/source', main], {
    env: { PILEUS_DATA_DIR: join(folder, 'data'), PILEUS_LOG_LEVEL: 'warn', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A signal from the terminal is for us; the platform hears of it when its devices are gone.
    detached: true,
  })
  const ended = once(child, 'exit').then(() => rm(folder, { recursive: true, force: true }))
  let complaints = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaints = (complaints + text).slice(-complaintCharsMax)
  })
  const ready = await findReadyLine(createInterface(child.stdout))
  if (ready === undefined) {
    await ended
    throw new Error(`The platform did not start.\n${complaints}`)
  }
  return {
    ...ready,
    ended,
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM')
      await ended
    },
  }
}

const complaintCharsMax = 8_192

/** The last line of a start (DESIGN §6); undefined when the output ends without it. */
async function findReadyLine(
  lines: AsyncIterable<string>,
): Promise<{ readonly httpUrl: string; readonly mqttAddress: string } | undefined> {
  for await (const line of lines) {
    const found = /^Pileus is ready: HTTP (\S+) MQTT (\S+)$/.exec(line)
    if (found?.[1] !== undefined && found[2] !== undefined) {
      return { httpUrl: found[1], mqttAddress: found[2] }
    }
  }
  return undefined
}
