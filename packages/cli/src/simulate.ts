import type { CredentialStore } from '@pileus/device-sdk'
import { type SimulatedDevice, simulateDevice } from '@pileus/device-sdk/simulation'
import { Command, InvalidArgumentError } from 'commander'
import { credentialsPath, openCredentials } from './device-credentials.ts'
import { type DevicePlace, explainDeviceFailure } from './device-failure.ts'
import { durationOption } from './duration-option.ts'
import { CommandFailure, exitCodes } from './exit-codes.ts'
import { addHelpSections } from './help-text.ts'
import { Interrupted, listenForInterruption } from './interruption.ts'
import { LiveDisplay } from './live-display.ts'
import { openOperatorRest, operatorVariables } from './operator.ts'
import { type AddressOptions, type PlatformAddress, resolveAddress } from './platform-address.ts'
import { printable } from './printable-text.ts'
import { findSecret, secrets } from './secrets.ts'
import { registerSimulatedDevice, sharedLogin } from './simulated-logins.ts'
import { type SimulationSnapshot, SimulationStats } from './simulation-stats.ts'
import { renderSimulation, type SimulationSetting, summarizeSimulation } from './simulation-view.ts'
import { columnsOf, type Terminal } from './terminal.ts'

interface SimulateOptions extends AddressOptions {
  readonly devices: number
  readonly rate: number
  readonly seed: number
  readonly prefix: string
  readonly for?: number
  readonly user?: string
  readonly passwordFile?: string
  readonly bootstrapPasswordFile?: string
}

/** More have no room in one process. */
const devicesMax = 10_000
const rateMax = 100_000
const sensorCount = 2
/** A temperature of the room, and temperature and charge of each sensor. */
const rowsPerReport = 1 + 2 * sensorCount
/** So that a crowd does not wait for the slowest one, and the platform is not overrun. */
const startingMax = 32
/** Until the first row is acknowledged. */
const firstRowMsMax = 60_000
const showEveryMs = 250
const logEveryMs = 5000

/** Many devices in one process, with a look at how the platform serves them. */
export function simulateCommand(terminal: Terminal): Command {
  const command = new Command('simulate')
    .description(
      'Plays many devices, cold rooms with sensors, until Ctrl-C, and shows how the platform serves them.',
    )
    .option('--devices <count>', 'how many', wholeNumber(1, devicesMax), 10)
    .option('--rate <rows>', 'rows a second of all together', wholeNumber(1, rateMax), 10)
    .addOption(
      durationOption('--for <duration>', 'end so long after all have started, such as 30s'),
    )
    .option('--prefix <text>', 'what their ids begin with', 'sim')
    .option('--seed <number>', 'the same number, the same lives', wholeNumber(0, 2 ** 31 - 1), 1)
    .option('--user <name>', 'log in as this user, who may act for devices, and register none')
    .option('--password-file <file>', 'a file with your password, or with that of --user')
    .option('--bootstrap-password-file <file>', 'a file with the bootstrap password')
    .option('--mqtt <url>', 'where to connect, such as mqtt://127.0.0.1:1883')
    .option('--url <url>', 'where the platform is')
    .action((options: SimulateOptions) => simulate(options, terminal))
  return addHelpSections(command, {
    examples: [
      ['pileus simulate', 'ten devices with credentials of their own'],
      ['pileus simulate --devices 500 --rate 2000 --user t100/admin', 'without registering them'],
      ['pileus simulate --for 30s', 'for a check that ends by itself'],
    ],
    variables: [
      ...operatorVariables,
      'PILEUS_BOOTSTRAP_PASSWORD, or …_FILE: what devices ask for credentials with',
    ],
    notes: [
      'Ends with 1 if rows were refused or given up. Credentials are kept as those of device run.',
    ],
  })
}

function wholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const number = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN
    if (number >= min && number <= max) return number
    throw new InvalidArgumentError(`It must be a whole number from ${min} to ${max}.`)
  }
}

async function simulate(options: SimulateOptions, terminal: Terminal): Promise<void> {
  const address = resolveAddress(options, terminal.env)
  const signal = listenForInterruption()
  const display = new LiveDisplay(terminal.output, () => columnsOf(terminal))
  const findLogin = await prepareLogins(options, address, terminal, { display, signal })
  const stats = new SimulationStats()
  const devices: SimulatedDevice[] = []
  let startedAt = performance.now()
  const setting = (): SimulationSetting => ({
    devices: options.devices,
    mqttUrl: address.mqttUrl,
    rate: options.rate,
    lostRows: devices.reduce((sum, { counts }) => sum + counts.lostRows, 0),
    elapsedMs: performance.now() - startedAt,
    ...(options.for !== undefined && { forMs: options.for }),
  })
  const tell = (): void => {
    const snapshot = stats.snapshot(performance.now())
    if (display.isLive) display.show(renderSimulation(snapshot, setting(), terminal.paint))
    else display.log(summarizeSimulation(snapshot, setting()))
  }
  let last: { readonly snapshot: SimulationSnapshot; readonly setting: SimulationSetting }
  const telling = setInterval(tell, display.isLive ? showEveryMs : logEveryMs)
  try {
    const { end, allStarted } = limitTime(options.for, stats, signal)
    await startAll(options, address, { findLogin, stats, devices, signal: end })
    startedAt = performance.now()
    allStarted()
    await untilEnd(devices, address, end)
  } finally {
    clearInterval(telling)
    // Before the end of the devices, to which rows are lost that nobody has missed.
    last = { snapshot: stats.snapshot(performance.now()), setting: setting() }
    await Promise.all(devices.map((device) => device.close()))
    display.show([])
    display.log(summarizeSimulation(last.snapshot, last.setting))
  }
  const { refused, connected, acknowledgedRows, lastProblem } = last.snapshot
  if (connected === 0 && acknowledgedRows === 0 && !signal.aborted) {
    const reason = printable(lastProblem ?? 'there was not time enough')
    throw new CommandFailure('unavailable', `No device could connect: ${reason}`)
  }
  if (refused > 0 || last.setting.lostRows > 0) process.exitCode = exitCodes.refused.code
}

/** Where each device gets its credentials from; passwords are asked for once and beforehand. */
async function prepareLogins(
  options: SimulateOptions,
  { httpUrl, mqttUrl }: PlatformAddress,
  terminal: Terminal,
  { display, signal }: { readonly display: LiveDisplay; readonly signal: AbortSignal },
): Promise<(id: string) => Promise<CredentialStore>> {
  const { user, passwordFile, bootstrapPasswordFile } = options
  if (user !== undefined) {
    const password = await findSecret(secrets.operator, passwordFile, user, terminal)
    const login = sharedLogin(user, password.text)
    return () => Promise.resolve(login)
  }
  const operator = await openOperatorRest(
    { url: httpUrl, ...(passwordFile !== undefined && { passwordFile }) },
    terminal,
  )
  const bootstrap = await findSecret(
    secrets.bootstrap,
    bootstrapPasswordFile,
    'management/devicebootstrap',
    terminal,
  )
  let isSlow = false
  const onPause = (): void => {
    if (!isSlow) display.log('The platform limits how fast devices register; this takes a while.')
    isSlow = true
  }
  return (id) =>
    registerSimulatedDevice(id, openCredentials(credentialsPath(mqttUrl, id, terminal.env)), {
      operator,
      bootstrapPassword: bootstrap.text,
      signal,
      onPause,
    })
}

/**
 * The signal that ends the simulation: an interruption, and `forMs` after all have started. Who has
 * given a time wants an end also when nothing works; who has not sees it and decides.
 */
function limitTime(
  forMs: number | undefined,
  stats: SimulationStats,
  signal: AbortSignal,
): { readonly end: AbortSignal; readonly allStarted: () => void } {
  if (forMs === undefined) return { end: signal, allStarted: () => {} }
  const over = new AbortController()
  const endNow = (): void => over.abort(new Interrupted())
  const giveUp = (): void => {
    if (stats.snapshot(performance.now()).acknowledgedRows === 0) endNow()
  }
  setTimeout(giveUp, firstRowMsMax).unref()
  return {
    end: AbortSignal.any([signal, over.signal]),
    allStarted: () => void setTimeout(endNow, forMs).unref(),
  }
}

interface Start {
  readonly findLogin: (id: string) => Promise<CredentialStore>
  readonly stats: SimulationStats
  /** Those that have started are added. */
  readonly devices: SimulatedDevice[]
  readonly signal: AbortSignal
}

async function startAll(
  options: SimulateOptions,
  address: PlatformAddress,
  start: Start,
): Promise<void> {
  const indexes = Array.from({ length: options.devices }, (_, index) => index).values()
  const failed = new AbortController()
  const signal = AbortSignal.any([start.signal, failed.signal])
  const startSome = async (): Promise<void> => {
    for (const index of indexes) {
      if (signal.aborted) return
      try {
        start.devices.push(await startOne(index, options, address, { ...start, signal }))
      } catch (error) {
        if (start.signal.aborted || failed.signal.aborted) return
        // The others need not try what this one has found out.
        failed.abort(new Interrupted())
        throw error
      }
    }
  }
  await Promise.all(Array.from({ length: startingMax }, startSome))
}

async function startOne(
  index: number,
  { devices, rate, seed, prefix }: SimulateOptions,
  { mqttUrl }: PlatformAddress,
  { findLogin, stats, signal }: Start,
): Promise<SimulatedDevice> {
  const id = `${prefix}-${String(index + 1).padStart(String(devices).length, '0')}`
  const credentials = await findLogin(id)
  try {
    return await simulateDevice({
      id,
      url: mqttUrl,
      credentials,
      seed: seed + index * 104_729,
      everyMs: (devices * rowsPerReport * 1000) / rate,
      sensorCount,
      signal,
      limits: { refusalsMax: 3, closeTimeoutMs: 3000 },
      onProgress: (progress) => {
        if (progress.kind === 'connected') stats.connected(id)
        else if (progress.kind === 'reconnecting') stats.disconnected(id, progress.reason)
      },
      onProblem: ({ code, messageId, text }) => stats.refused(id, `${code} ${messageId} ${text}`),
      onAcknowledged: (rows, tookMs) => stats.acknowledged(rows, tookMs, performance.now()),
      onOperation: () => stats.operation(),
    })
  } catch (error) {
    throw explainDeviceFailure(error, placeOf(id, mqttUrl))
  }
}

/** Waits for the end; throws when a device cannot go on before. */
async function untilEnd(
  devices: readonly SimulatedDevice[],
  { mqttUrl }: PlatformAddress,
  signal: AbortSignal,
): Promise<void> {
  const { promise: end, resolve } = Promise.withResolvers<void>()
  if (signal.aborted) resolve()
  else signal.addEventListener('abort', () => resolve(), { once: true })
  const failures = devices.map(async ({ id, ended }) => {
    const failure = await ended
    if (failure !== undefined) throw explainDeviceFailure(failure, placeOf(id, mqttUrl))
    await end
  })
  await Promise.race([end, ...failures])
}

function placeOf(id: string, mqttUrl: string): DevicePlace {
  return { id, mqttUrl, credentialsFrom: 'its file, or of --user', isAsking: false }
}
