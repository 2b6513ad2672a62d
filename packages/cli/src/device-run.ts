import { randomInt } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import {
  type CredentialStore,
  type Device,
  type OperationHandlers,
  requestRow,
  type StartProgress,
  startDevice,
  stillExecuting,
} from '@pileus/device-sdk'
import { Command } from 'commander'
import { credentialsPath, openCredentials } from './device-credentials.ts'
import { type DevicePlace, explainDeviceFailure } from './device-failure.ts'
import {
  afterProgress,
  countsOf,
  type DeviceRunState,
  formatClock,
  operatorSteps,
  pollEveryMs,
  progressLine,
  renderState,
} from './device-run-view.ts'
import { durationOption } from './duration-option.ts'
import { addHelpSections } from './help-text.ts'
import { listenForInterruption } from './interruption.ts'
import { LiveDisplay } from './live-display.ts'
import { type AddressOptions, resolveAddress } from './platform-address.ts'
import { answerCommand, nextTemperature } from './pretend-device.ts'
import { printable } from './printable-text.ts'
import { type FoundSecret, findSecret, secrets } from './secrets.ts'
import { columnsOf, type Terminal } from './terminal.ts'

interface RunOptions extends AddressOptions {
  readonly id: string
  readonly every: number
  readonly name?: string
  readonly type?: string
  readonly credentials?: string
  readonly bootstrapPasswordFile?: string
  readonly token?: true
}

/** A device from its first question to Ctrl-C (registration §1). */
export function deviceRunCommand(terminal: Terminal): Command {
  const command = new Command('run')
    .description(
      'Plays a device: asks for credentials until an operator lets it in, keeps them, sends a temperature every few seconds, and answers shell commands and restarts.',
    )
    .requiredOption('--id <id>', 'the device id, as the operator announces it')
    .addOption(durationOption('--every <duration>', 'how often to send a temperature', '5s'))
    .option('--name <name>', 'its name, when it is created')
    .option('--type <type>', 'its type, when it is created')
    .option('--token', 'send a security token that the operator has to repeat, and show it')
    .option('--credentials <file>', 'where its credentials are kept')
    .option('--bootstrap-password-file <file>', 'a file with the bootstrap password')
    .option('--mqtt <url>', 'where to connect, such as mqtt://127.0.0.1:1883')
    .option('--url <url>', 'where the console is, for the address that is shown')
    .action((options: RunOptions) => runDevice(options, terminal))
  return addHelpSections(command, {
    examples: [
      ['pileus device run --id my-device', 'and follow what it says'],
      ['pileus device run --id my-device --every 1s --token', 'with a token to be repeated'],
    ],
    variables: [
      'PILEUS_HOST and PILEUS_MQTT_PORT: where to connect, unless --mqtt says so',
      'PILEUS_BOOTSTRAP_PASSWORD, or …_FILE: what devices without credentials ask with',
      'XDG_CONFIG_HOME: credentials are kept below it, in pileus/devices/<host>/<id>.json',
    ],
    notes: [
      'Shell commands that operators send are answered from a list (help, uptime, echo,',
      'temperature). Nothing is ever run on this machine.',
    ],
  })
}

async function runDevice(options: RunOptions, terminal: Terminal): Promise<void> {
  const { id } = options
  const { httpUrl, mqttUrl } = resolveAddress(options, terminal.env)
  const file = options.credentials ?? credentialsPath(mqttUrl, id, terminal.env)
  const store = openCredentials(file)
  const place = { id, mqttUrl, credentialsFrom: file }
  const isKnown = await knows(store, { ...place, isAsking: false })
  const bootstrap = isKnown
    ? undefined
    : await findSecret(
        secrets.bootstrap,
        options.bootstrapPasswordFile,
        'management/devicebootstrap',
        terminal,
      )
  const run = new DeviceRun(options, { httpUrl, mqttUrl, file, store, bootstrap }, terminal)
  try {
    await run.untilInterrupted()
  } catch (error) {
    const from = bootstrap === undefined ? {} : { bootstrapFrom: bootstrap.from }
    throw explainDeviceFailure(error, { ...place, isAsking: run.isAsking, ...from })
  }
}

async function knows(store: CredentialStore, place: DevicePlace): Promise<boolean> {
  try {
    return (await store.load()) !== undefined
  } catch (error) {
    throw explainDeviceFailure(error, place)
  }
}

interface RunContext {
  readonly httpUrl: string
  readonly mqttUrl: string
  readonly file: string
  readonly store: CredentialStore
  readonly bootstrap: FoundSecret | undefined
}

/** Wrong passwords are told after seconds: somebody sits in front of it. */
const refusalsMax = 2
const closeTimeoutMs = 3000
const showEveryMs = 250
/** How long it pretends to be switched off. */
const restartMs = 1500

class DeviceRun {
  readonly #options: RunOptions
  readonly #context: RunContext
  readonly #terminal: Terminal
  readonly #display: LiveDisplay
  readonly #interrupted: AbortSignal = listenForInterruption()
  readonly #securityToken: string | undefined
  #state: DeviceRunState
  #hasCredentials: boolean
  #temperature = 21
  #startedAt = Date.now()
  #restart = Promise.withResolvers<void>()

  constructor(options: RunOptions, context: RunContext, terminal: Terminal) {
    this.#options = options
    this.#context = context
    this.#terminal = terminal
    this.#display = new LiveDisplay(terminal.output, () => columnsOf(terminal))
    this.#hasCredentials = context.bootstrap === undefined
    this.#securityToken = options.token && !this.#hasCredentials ? drawToken() : undefined
    this.#state = {
      id: options.id,
      httpUrl: context.httpUrl,
      mqttUrl: context.mqttUrl,
      phase: { kind: 'connecting' },
      sent: 0,
      acknowledged: 0,
      refused: 0,
      operations: 0,
      ...(this.#securityToken !== undefined && { securityToken: this.#securityToken }),
    }
  }

  get isAsking(): boolean {
    return !this.#hasCredentials
  }

  async untilInterrupted(): Promise<void> {
    const { paint } = this.#terminal
    if (this.isAsking) this.#display.log(...operatorSteps(this.#state))
    const show = (): void => this.#display.show(renderState(this.#state, Date.now(), paint))
    const showing = this.#display.isLive ? setInterval(show, showEveryMs) : undefined
    try {
      await this.#live()
    } finally {
      clearInterval(showing)
      this.#display.show([])
    }
    this.#display.log(`${printable(this.#options.id)} has ended: ${countsOf(this.#state)}.`)
  }

  /** From one start to the next; a restart that was asked for is reported after it. */
  async #live(): Promise<void> {
    let isRestarted = false
    for (;;) {
      const device = await this.#start()
      if (device === undefined) return
      if (isRestarted) void this.#reportRestart(device)
      const over = new AbortController()
      void this.#measure(device, over.signal)
      await Promise.race([this.#restart.promise, device.ended, whenAborted(this.#interrupted)])
      over.abort()
      const failure = this.#interrupted.aborted ? undefined : await endedAlready(device)
      await device.close()
      if (failure !== undefined) throw failure
      if (this.#interrupted.aborted) return
      this.#restart = Promise.withResolvers()
      isRestarted = true
      await pause(restartMs, undefined, { signal: this.#interrupted }).catch(() => {})
      if (this.#interrupted.aborted) return
    }
  }

  /** Nobody waits for it, so that an interruption need not either. */
  async #reportRestart(device: Device): Promise<void> {
    try {
      await device.send.succeedOperation({ fragment: 'c8y_Restart' })
    } catch (error) {
      this.#log('bad', `the restart is not reported: ${reasonOf(error)}`)
    }
  }

  /** Undefined when somebody does not want to wait any more. */
  async #start(): Promise<Device | undefined> {
    const { id, name, type } = this.#options
    const { mqttUrl, store, bootstrap } = this.#context
    this.#startedAt = Date.now()
    try {
      // Once it runs, an interruption is an orderly end and not the signal's.
      const starting = new AbortController()
      const abort = (): void => starting.abort(this.#interrupted.reason)
      this.#interrupted.addEventListener('abort', abort, { once: true })
      if (this.#interrupted.aborted) abort()
      const device = await startDevice({
        id,
        url: mqttUrl,
        credentials: store,
        ...(bootstrap && {
          bootstrap: {
            password: bootstrap.text,
            pollEveryMs,
            ...(this.#securityToken !== undefined && { securityToken: this.#securityToken }),
          },
        }),
        ...(name !== undefined && { name }),
        ...(type !== undefined && { type }),
        operations: this.#operations(),
        onProgress: (progress) => this.#onProgress(progress),
        onProblem: ({ code, messageId, text }) => {
          this.#count({ refused: 1 })
          const what = messageId === '' ? '' : ` ${printable(messageId)}`
          this.#log('bad', `✗ refused${what}: ${code} ${printable(text)}`)
        },
        signal: starting.signal,
        limits: { refusalsMax, closeTimeoutMs },
      })
      this.#interrupted.removeEventListener('abort', abort)
      return device
    } catch (error) {
      if (this.#interrupted.aborted) return undefined
      throw error
    }
  }

  #operations(): OperationHandlers {
    return {
      c8y_Command: ({ values }) => {
        const { text = '' } = values
        this.#onOperation(`c8y_Command ${printable(text)}`)
        const device = { startedAt: this.#startedAt, temperature: this.#temperature }
        return this.#answer(() => answerCommand(text, device, Date.now()))
      },
      c8y_Restart: () => {
        this.#onOperation('c8y_Restart')
        this.#log('quiet', '  restarting')
        this.#restart.resolve()
        return stillExecuting
      },
    }
  }

  #answer(run: () => string): string {
    try {
      const result = run()
      this.#log('quiet', `  answered: ${printable(result)}`)
      return result
    } catch (error) {
      this.#log('quiet', `  failed: ${reasonOf(error)}`)
      throw error
    }
  }

  #onOperation(what: string): void {
    this.#count({ operations: 1 })
    this.#log('accent', `↓ ${what}`)
  }

  #onProgress(progress: StartProgress): void {
    this.#state = afterProgress(this.#state, progress, Date.now())
    if (progress.kind === 'credentialsReceived') this.#hasCredentials = true
    const { isLive } = this.#display
    const line = progressLine(this.#state, progress, this.#context.file, isLive)
    if (line !== undefined) this.#log(progress.kind === 'reconnecting' ? 'bad' : 'good', line)
  }

  /** A temperature at once and then again and again; ends only with the signal. */
  async #measure(device: Device, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      this.#temperature = nextTemperature(this.#temperature, Math.random())
      void this.#send(device, this.#temperature)
      await pause(this.#options.every, undefined, { signal }).catch(() => {})
    }
  }

  async #send(device: Device, temperature: number): Promise<void> {
    const sentAt = performance.now()
    // What has to wait for a connection says when it was measured.
    const time = device.isConnected ? {} : { time: Date.now() }
    const row = requestRow('createTemperatureMeasurement', { temperature, ...time })
    this.#count({ sent: 1 })
    try {
      await device.sendRows([row])
      this.#count({ acknowledged: 1 })
      const tookMs = Math.round(performance.now() - sentAt)
      this.#log(undefined, `↑ ${row}  acknowledged after ${tookMs} ms`)
    } catch (error) {
      this.#log('bad', `↑ ${row}  not acknowledged: ${reasonOf(error)}`)
    }
  }

  #count(more: Partial<Pick<DeviceRunState, 'sent' | 'acknowledged' | 'refused' | 'operations'>>) {
    const { sent, acknowledged, refused, operations } = this.#state
    this.#state = {
      ...this.#state,
      sent: sent + (more.sent ?? 0),
      acknowledged: acknowledged + (more.acknowledged ?? 0),
      refused: refused + (more.refused ?? 0),
      operations: operations + (more.operations ?? 0),
    }
  }

  #log(style: Parameters<Terminal['paint']>[0] | undefined, text: string): void {
    const { paint } = this.#terminal
    const line = style === undefined ? text : paint(style, text)
    this.#display.log(`${paint('quiet', formatClock(Date.now()))}  ${line}`)
  }
}

/** Without letters and digits that are taken for each other. */
const tokenLetters = 'abcdefghkmnpqrstuvwxyz23456789'

/** Short enough to be read out, and with five attempts long enough not to be guessed. */
function drawToken(): string {
  const draw = (): string => tokenLetters[randomInt(tokenLetters.length)] ?? ''
  return `${Array.from({ length: 4 }, draw).join('')}-${Array.from({ length: 4 }, draw).join('')}`
}

function reasonOf(error: unknown): string {
  return printable(error instanceof Error ? error.message : String(error))
}

async function endedAlready({ ended }: Device): Promise<Error | undefined> {
  return await Promise.race([ended, Promise.resolve(undefined)])
}

function whenAborted(signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  if (signal.aborted) resolve()
  else signal.addEventListener('abort', () => resolve(), { once: true })
  return promise
}
