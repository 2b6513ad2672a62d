import { deferred } from '../deferred.ts'
import type { Device, DeviceAddress } from '../device.ts'
import { DeviceError } from '../device-error.ts'
import type { DeviceOptions } from '../device-options.ts'
import { stillExecuting } from '../operation.ts'
import { asError, pause } from '../pause.ts'
import { startDevice } from '../start-device.ts'
import { ColdRoom } from './cold-room.ts'
import { seededRandom } from './random.ts'
import { runCommand } from './shell.ts'

export interface SimulationOptions
  extends Pick<
    DeviceOptions,
    | 'id'
    | 'url'
    | 'trustedCertificates'
    | 'credentials'
    | 'bootstrap'
    | 'onProgress'
    | 'onProblem'
    | 'signal'
    | 'limits'
  > {
  /** `Cold room <id>`, unless given. */
  readonly name?: string
  /** Everything that looks like chance comes from this number. */
  readonly seed: number
  /** From one report to the next. */
  readonly everyMs: number
  /** Child devices, with the ids `<id>_s1`, `<id>_s2` …; 2 unless given. */
  readonly sensorCount?: number
  /**
   * How much faster than the clock it lives; 1 unless given. At 60, an hour of doors and
   * temperatures passes in a minute, while its reports still tell the time of the clock.
   */
  readonly pace?: number
  /** The past that it tells about when it starts, in ms; none unless given. Tell it only once. */
  readonly historyMs?: number
  /** From one report of the past to the next; 5 min unless given. */
  readonly historyEveryMs?: number
  /** How long it is away when it is told to restart; 3 s unless given. */
  readonly restartMs?: number
  readonly clock?: SimulationClock
  /** So many rows were acknowledged together, so long after they were given to be sent. */
  readonly onAcknowledged?: (rows: number, tookMs: number) => void
  /** It is asked to do something, and will say how that ended. */
  readonly onOperation?: (fragment: string) => void
}

/** Where time comes from. */
export interface SimulationClock {
  /** An instant in ms. */
  now(): number
  /** Throws the reason of the signal when that comes first. */
  pause(ms: number, signal: AbortSignal): Promise<void>
}

export interface SimulatedDevice extends AsyncDisposable {
  readonly id: string
  /** Rows that the server has acknowledged, and rows given up since too many were waiting. */
  readonly counts: { readonly acknowledgedRows: number; readonly lostRows: number }
  /** When it is over: undefined after `close` or the signal, else why it could not go on. */
  readonly ended: Promise<Error | undefined>
  close(): Promise<void>
}

/**
 * Starts a pretended cold room that registers, reports, raises and clears alarms, answers commands
 * and restarts when it is told to. Light enough for hundreds in one process: it has one timer and
 * one connection. Throws as `startDevice` does.
 */
export async function simulateDevice(options: SimulationOptions): Promise<SimulatedDevice> {
  const simulation = new Simulation(options)
  await simulation.start()
  return simulation
}

class Simulation implements SimulatedDevice {
  readonly id: string
  readonly #options: SimulationOptions
  readonly #clock: SimulationClock
  readonly #startsAt: number
  readonly #sensorIds: readonly string[]
  readonly #room: ColdRoom
  readonly #over = new AbortController()
  readonly #ended = deferred<Error | undefined>()
  #device: Device | undefined
  /** Ends the pause that the simulation is in. */
  #wake = new AbortController()
  #isRestarting = false
  #upSince = 0
  #acknowledgedRows = 0
  #lostRows = 0

  constructor(options: SimulationOptions) {
    const { id, clock = systemClock, sensorCount = 2, historyMs = 0, seed, signal } = options
    this.id = id
    this.#options = options
    this.#clock = clock
    this.#startsAt = clock.now()
    this.#sensorIds = Array.from({ length: sensorCount }, (_, index) => `${id}_s${index + 1}`)
    const startsAt = this.#startsAt - historyMs
    this.#room = new ColdRoom({ id, sensorIds: this.#sensorIds, seed, startsAt })
    const abort = (): void => this.#over.abort(signal?.reason)
    if (signal?.aborted) abort()
    signal?.addEventListener('abort', abort, { once: true })
    // Whoever has the signal may outlive many of these.
    void this.ended.then(() => signal?.removeEventListener('abort', abort))
    this.#over.signal.addEventListener('abort', () => this.#wake.abort(this.#over.signal.reason))
  }

  get counts(): SimulatedDevice['counts'] {
    return { acknowledgedRows: this.#acknowledgedRows, lostRows: this.#lostRows }
  }

  get ended(): Promise<Error | undefined> {
    return this.#ended.promise
  }

  async start(): Promise<void> {
    const device = await this.#connect()
    // What it was told to do before a simulation that was stopped will never be finished.
    await device.send.failExecutingOperations({ reason: 'The simulation was stopped' })
    this.#tellThePast(device)
    this.#live(device).then(this.#ended.resolve, (error: unknown) => {
      this.#ended.resolve(this.#over.signal.aborted ? undefined : asError(error))
    })
  }

  async close(): Promise<void> {
    await this.#device?.close()
    this.#over.abort(new DeviceError('closed', `${this.id} has been closed`))
    await this.ended
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  /** From one restart to the next. Gives why the device ended. */
  async #live(first: Device): Promise<Error | undefined> {
    let device = first
    for (;;) {
      await this.#reportOver(device)
      if (!this.#isRestarting) return await device.ended
      await device.close()
      this.#isRestarting = false
      await this.#clock.pause(this.#options.restartMs ?? defaults.restartMs, this.#over.signal)
      device = await this.#connect()
      await device.send.succeedOperation({ fragment: 'c8y_Restart' })
    }
  }

  async #connect(): Promise<Device> {
    const {
      name = `Cold room ${this.id}`,
      seed: _seed,
      everyMs: _everyMs,
      ...options
    } = this.#options
    this.#device = await startDevice({
      ...options,
      name,
      type: 'sim_ColdRoom',
      children: this.#sensorIds.map((id, index) => ({
        id,
        name: `Shelf ${index + 1}`,
        type: 'sim_Sensor',
      })),
      requiredAvailabilityMinutes: defaults.availabilityMinutes,
      operations: {
        c8y_Command: ({ values }) => {
          this.#options.onOperation?.('c8y_Command')
          return this.#runCommand(values['text'] ?? '')
        },
        c8y_Restart: () => {
          this.#options.onOperation?.('c8y_Restart')
          this.#isRestarting = true
          this.#wake.abort()
          return stillExecuting
        },
      },
      signal: this.#over.signal,
    })
    this.#upSince = this.#clock.now()
    return this.#device
  }

  /** Until the device is to restart, or is over. */
  async #reportOver(device: Device): Promise<void> {
    const addresses = new Map(
      [this.id, ...this.#sensorIds].map((id) => [id, device.child(id)] as const),
    )
    const wake = new AbortController()
    this.#wake = wake
    void device.ended.then(() => wake.abort())
    // Not all at once, where many are simulated together.
    let pauseMs = seededRandom(this.#options.seed)() * this.#options.everyMs
    while (!this.#isRestarting && !this.#over.signal.aborted) {
      try {
        await this.#clock.pause(pauseMs, wake.signal)
      } catch (error) {
        if (wake.signal.aborted) return
        throw error
      }
      pauseMs = this.#options.everyMs
      for (const { externalId, rows } of this.#room.live(this.#lifeNow())) {
        this.#send(addresses.get(externalId), rows)
      }
    }
  }

  #tellThePast(device: Device): void {
    const { historyMs = 0, historyEveryMs = defaults.historyEveryMs } = this.#options
    const past = new Map<string, string[]>()
    for (let now = this.#startsAt - historyMs; now < this.#startsAt; now += historyEveryMs) {
      for (const { externalId, rows } of this.#room.live(now, true)) {
        const known = past.get(externalId)
        if (known === undefined) past.set(externalId, [...rows])
        else known.push(...rows)
      }
    }
    for (const [externalId, rows] of past) this.#send(device.child(externalId), rows)
  }

  /** Without waiting: a device reports on while it is offline, as far as it can keep that. */
  #send(address: DeviceAddress | undefined, rows: readonly string[]): void {
    const givenAt = performance.now()
    address?.sendRows(rows).then(
      () => {
        this.#acknowledgedRows += rows.length
        this.#options.onAcknowledged?.(rows.length, performance.now() - givenAt)
      },
      (error: unknown) => {
        if (!(error instanceof DeviceError)) throw error
        this.#lostRows += rows.length
      },
    )
  }

  #runCommand(text: string): string {
    const upMs = this.#clock.now() - this.#upSince
    return runCommand(text, { id: this.id, state: this.#room.state, upMs })
  }

  #lifeNow(): number {
    return this.#startsAt + (this.#clock.now() - this.#startsAt) * (this.#options.pace ?? 1)
  }
}

const defaults = {
  availabilityMinutes: 10,
  historyEveryMs: 5 * 60_000,
  restartMs: 3_000,
} as const

const systemClock: SimulationClock = { now: Date.now, pause }
