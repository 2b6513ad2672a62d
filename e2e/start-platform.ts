import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach } from 'node:test'
import { RestClient } from './rest-client.ts'

const repositoryRoot = join(import.meta.dirname, '..')
const nodeProgram = join(repositoryRoot, 'node_modules', 'node', 'bin', 'node')
const serverArguments = [
  '--conditions=@pileus/source',
  join(repositoryRoot, 'packages', 'server', 'src', 'main.ts'),
]

/** From the start of the process to its ready line; also reliability.md I6. */
const startMsMax = 10_000
/** The drain window is 3 s, and what is left is closed soon after (reliability ). */
const stopMsMax = 15_000
const logBytesMax = 256 * 1024
/** What is worth showing with a failure: the end of it. */
const shownLogBytesMax = 8 * 1024

export interface PlatformOptions {
  /** Further `PILEUS_…` variables; `undefined` takes one of ours away. */
  readonly env?: Readonly<Record<string, string | undefined>>
}

/** How a process ended: with a code, or by a signal. */
export interface Exit {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

/**
 * Starts the platform as its users do, as a process of its own with a data folder of its own and
 * free ports, and waits until it says that it is ready. Limits on rates are lifted, unless `env`
 * says otherwise: tests are quicker than devices.
 *
 * Throws with all that the process has said when it is not ready in time.
 */
export async function startPlatform(options: PlatformOptions = {}): Promise<Platform> {
  const platform = new Platform(options)
  try {
    await platform.start()
    return platform
  } catch (error) {
    await platform[Symbol.asyncDispose]()
    throw error
  }
}

export class Platform implements AsyncDisposable {
  readonly tenant = 't100'
  readonly admin = { user: 'admin', password: 'correct horse battery 7' } as const
  readonly bootstrapPassword = 'kettle-on-the-stove-42'
  readonly dataDir: string
  readonly #folder: string
  readonly #env: Readonly<Record<string, string | undefined>>
  #process: ServerProcess | undefined
  #addresses: Addresses | undefined

  constructor({ env = {} }: PlatformOptions) {
    this.#folder = mkdtempSync(join(tmpdir(), 'pileus-e2e-'))
    this.dataDir = join(this.#folder, 'data')
    this.#env = {
      PILEUS_DATA_DIR: this.dataDir,
      PILEUS_HTTP_PORT: '0',
      PILEUS_MQTT_PORT: '0',
      PILEUS_TENANT: this.tenant,
      PILEUS_ADMIN_USER: this.admin.user,
      PILEUS_ADMIN_PASSWORD: this.admin.password,
      PILEUS_BOOTSTRAP_PASSWORD: this.bootstrapPassword,
      PILEUS_LIMITS: 'open',
      ...env,
    }
    living.add(this)
    recent.add(this)
  }

  /** Base of REST, without a slash at its end. Another one after each start. */
  get httpUrl(): string {
    return this.#running.addresses.httpUrl
  }

  get mqttPort(): number {
    return this.#running.addresses.mqttPort
  }

  /** REST as the administrator of the tenant. */
  get rest(): RestClient {
    return new RestClient(this.httpUrl, `${this.tenant}/${this.admin.user}`, this.admin.password)
  }

  get pid(): number {
    return this.#running.server.pid
  }

  /** Everything that the process has said on both channels, the newest 256 KiB of it. */
  get log(): string {
    return this.#process?.said ?? ''
  }

  /** Only what is meant for people: standard output of the last start. */
  get output(): string {
    return this.#process?.output ?? ''
  }

  get #running(): { readonly server: ServerProcess; readonly addresses: Addresses } {
    const server = this.#process
    const addresses = this.#addresses
    if (server === undefined || addresses === undefined) throw new Error('The platform is not up')
    return { server, addresses }
  }

  /** On the folder of before, with what it holds. */
  async start(): Promise<void> {
    this.#process = new ServerProcess({ env: this.#env, cwd: this.#folder })
    this.#addresses = parseReadyLine(await this.#process.readyLine())
  }

  /** SIGTERM, and how the process ended. */
  async stop(): Promise<Exit> {
    const { server } = this.#running
    server.signal('SIGTERM')
    return this.ended()
  }

  /** SIGKILL: the process has no time for anything. */
  async kill(): Promise<void> {
    this.#running.server.signal('SIGKILL')
    await this.ended()
  }

  /** Sends a signal and waits for nothing. */
  signal(signal: NodeJS.Signals): void {
    this.#running.server.signal(signal)
  }

  /** How the process ended, once it did. */
  async ended(): Promise<Exit> {
    const { server } = this.#running
    const exit = await server.exit(stopMsMax)
    this.#addresses = undefined
    return exit
  }

  async restart(): Promise<void> {
    await this.stop()
    await this.start()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#process?.signal('SIGKILL')
    await this.#process?.exit(stopMsMax)
    this.#removeFolder()
    living.delete(this)
  }

  /** For the end of the test's process, where nothing can be awaited. */
  destroyNow(): void {
    this.#process?.signal('SIGKILL')
    this.#removeFolder()
  }

  #removeFolder(): void {
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 })
  }
}

export interface ServerOptions {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: string
}

/** The process of the server alone, for tests of how it starts and ends. */
export class ServerProcess {
  readonly #child: ChildProcess
  readonly #ended: Promise<Exit>
  readonly #onOutput = new Set<() => void>()
  #output = ''
  #said = ''
  #exit: Exit | undefined

  constructor({ env, cwd }: ServerOptions) {
    this.#child = spawn(nodeProgram, serverArguments, {
      // Nothing of the surroundings may decide what a test finds.
      env: { PATH: process.env['PATH'], ...env },
      cwd,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    processes.add(this.#child)
    this.#child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.#output += text
      this.#hear(text)
    })
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => this.#hear(text))
    const { promise, resolve, reject } = Promise.withResolvers<Exit>()
    this.#ended = promise
    this.#ended.catch(() => {})
    this.#child.once('error', reject)
    // `close` comes when the channels have been read to their ends, unlike `exit`.
    this.#child.once('close', (code, signal) => {
      processes.delete(this.#child)
      this.#exit = { code, signal }
      resolve(this.#exit)
      for (const listener of this.#onOutput) listener()
    })
  }

  get pid(): number {
    const { pid } = this.#child
    if (pid === undefined) throw new Error(`${nodeProgram} did not start`)
    return pid
  }

  get said(): string {
    return this.#said
  }

  get output(): string {
    return this.#output
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal)
  }

  /** How the process ended; throws when it lives on for longer. */
  async exit(patienceMs: number): Promise<Exit> {
    const { promise: late, reject } = Promise.withResolvers<never>()
    const timer = setTimeout(() => {
      reject(new Error(`The server lives on after ${patienceMs} ms.\n${this.#said}`))
    }, patienceMs)
    try {
      return await Promise.race([this.#ended, late])
    } finally {
      clearTimeout(timer)
    }
  }

  /** The line that says where the platform listens; throws when it does not come. */
  async readyLine(): Promise<string> {
    const { promise, resolve, reject } = Promise.withResolvers<string>()
    const look = (): void => {
      const line = /^Pileus is ready.*$/m.exec(this.#output)
      if (line !== null) resolve(line[0])
      else if (this.#exit !== undefined) {
        const { code, signal } = this.#exit
        reject(new Error(`The server ended with ${code ?? signal}.\n${this.#said}`))
      }
    }
    const timer = setTimeout(() => {
      reject(new Error(`The server is not ready after ${startMsMax} ms.\n${this.#said}`))
    }, startMsMax)
    this.#onOutput.add(look)
    look()
    try {
      return await promise
    } finally {
      clearTimeout(timer)
      this.#onOutput.delete(look)
    }
  }

  #hear(text: string): void {
    this.#said = (this.#said + text).slice(-logBytesMax)
    for (const listener of this.#onOutput) listener()
  }
}

interface Addresses {
  readonly httpUrl: string
  readonly mqttPort: number
}

function parseReadyLine(line: string): Addresses {
  const httpUrl = /https?:\/\/[^\s,/]+/.exec(line)?.[0]
  const mqttPort = /MQTT \S+:(\d+)/.exec(line)?.[1]
  if (httpUrl === undefined || mqttPort === undefined) {
    throw new Error(`The ready line does not carry both addresses: ${line}`)
  }
  return { httpUrl, mqttPort: Number(mqttPort) }
}

/** Platforms with a folder on disk, and processes that run. Nothing of them outlives the tests. */
const living = new Set<Platform>()
const processes = new Set<ChildProcess>()

process.once('exit', () => {
  for (const platform of living) platform.destroyNow()
  for (const child of processes) child.kill('SIGKILL')
})
// The runner ends a file that takes too long with this signal.
process.once('SIGTERM', () => process.exit(143))

/** Those that the present test may have used. */
const recent = new Set<Platform>()

// A failure in a scenario is mostly explained by what the server said.
afterEach((context) => {
  if ('passed' in context && context.passed === false) {
    for (const { log } of recent) console.error(`The server said:\n${log.slice(-shownLogBytesMax)}`)
  }
  for (const platform of recent) if (!living.has(platform)) recent.delete(platform)
})
