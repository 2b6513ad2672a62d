import { requestRow } from '../request-row.ts'
import { noise, type Random, seededRandom } from './random.ts'

/** Rows about one device, the oldest first. */
export interface Report {
  readonly externalId: string
  readonly rows: readonly string[]
}

export interface ColdRoomOptions {
  readonly id: string
  /** External ids of its sensors. */
  readonly sensorIds: readonly string[]
  readonly seed: number
  /** When its life begins, an instant in ms. */
  readonly startsAt: number
}

/** What can be seen at the room itself. */
export interface ColdRoomState {
  /** °C */
  readonly temperature: number
  readonly isDoorOpen: boolean
  readonly alarms: readonly string[]
}

const minuteMs = 60_000
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs

/** Types of what a cold room reports. */
export const coldRoomTypes = {
  door: 'sim_Door',
  doorOpen: 'sim_DoorOpen',
  temperatureHigh: 'sim_TemperatureHigh',
  batteryReplaced: 'sim_BatteryReplaced',
} as const

/** How often somebody opens the door, on average, and for how long at most, in ms. */
const doorOpensEveryMs = 2 * hourMs
const doorOpenMsMax = 25 * minuteMs
const doorAlarmAfterMs = 10 * minuteMs
/** °C above what the room is kept at; the lower one is where the alarm is cleared. */
const highTemperature = { raisedAbove: 3, clearedBelow: 1.5 }
/** What the open door lets in: towards so many °C, in so many ms. The room cools down faster. */
const hall = { warmth: 12, warmsInMs: 30 * minuteMs, coolsInMs: 12 * minuteMs }

/**
 * A cold room with sensors on its shelves, as far as one can tell from outside: its temperature
 * follows the time of day, the compressor and the door; somebody opens that door now and then, and
 * sometimes for too long; sensors lose their charge and get new batteries.
 *
 * The same seed and the same instants give the same life.
 */
export class ColdRoom {
  readonly #id: string
  /** Of the door. */
  readonly #random: Random
  readonly #driftRandom: Random
  readonly #sensors: Sensor[]
  readonly #alarms = new Set<string>()
  /** °C */
  readonly #keptAt: number
  readonly #compressorPeriodMs: number
  #now: number
  #drift = 0
  /** °C that the open door has let in. */
  #warmth = 0
  #doorOpenSince: number | undefined
  #doorChangesAt: number

  constructor({ id, sensorIds, seed, startsAt }: ColdRoomOptions) {
    this.#id = id
    this.#random = seededRandom(seed)
    this.#driftRandom = seededRandom(seed + 104_729)
    this.#now = startsAt
    this.#keptAt = 3 + 3 * this.#random()
    this.#compressorPeriodMs = (18 + 10 * this.#random()) * minuteMs
    this.#doorChangesAt = startsAt + this.#untilDoorOpens()
    this.#sensors = sensorIds.map((externalId, index) => ({
      externalId,
      random: seededRandom(seed + 7919 * (index + 1)),
      offset: 2 * noise(this.#random),
      charge: 20 + 80 * this.#random(),
    }))
  }

  get state(): ColdRoomState {
    return {
      temperature: this.#temperature(),
      isDoorOpen: this.#doorOpenSince !== undefined,
      alarms: [...this.#alarms],
    }
  }

  /**
   * Lives on until `now` and tells about it. With `tellsTime` rows say when things happened;
   * without it, the server's time counts.
   */
  live(now: number, tellsTime = false): readonly Report[] {
    const since = this.#now
    const rows: string[] = []
    // In small steps, so that a life that is rarely told about is the same life.
    while (this.#now < now) {
      const passedMs = Math.min(minuteMs, now - this.#now)
      this.#now += passedMs
      const time = tellsTime ? this.#now : undefined
      this.#drift = 0.97 * this.#drift + 0.15 * noise(this.#driftRandom)
      rows.push(...this.#moveDoor(time), ...this.#letWarmthIn(passedMs, time))
    }
    const time = tellsTime ? now : undefined
    const measured = at(time, { temperature: this.#temperature() })
    rows.push(requestRow('createTemperatureMeasurement', measured))
    const passedMs = this.#now - since
    return [
      { externalId: this.#id, rows },
      ...this.#sensors.map((sensor) => this.#readSensor(sensor, passedMs, time)),
    ]
  }

  /** Warmest in the middle of the afternoon, and up and down with the compressor. */
  #temperature(): number {
    const ofDay = Math.cos((2 * Math.PI * (this.#now - 15 * hourMs)) / dayMs)
    const ofCompressor = Math.sin((2 * Math.PI * this.#now) / this.#compressorPeriodMs)
    return hundredths(
      this.#keptAt + 0.9 * ofDay + 0.35 * ofCompressor + 0.3 * this.#drift + this.#warmth,
    )
  }

  #moveDoor(time: number | undefined): string[] {
    const rows: string[] = []
    if (this.#now >= this.#doorChangesAt) {
      const isOpening = this.#doorOpenSince === undefined
      const text = isOpening ? 'Door opened' : 'Door closed'
      rows.push(requestRow('createEvent', at(time, { type: coldRoomTypes.door, text })))
      this.#doorOpenSince = isOpening ? this.#now : undefined
      this.#doorChangesAt =
        this.#now + (isOpening ? this.#untilDoorCloses() : this.#untilDoorOpens())
    }
    if (this.#doorOpenSince === undefined) {
      rows.push(...this.#clear(coldRoomTypes.doorOpen))
    } else if (this.#now - this.#doorOpenSince > doorAlarmAfterMs) {
      rows.push(...this.#raise('createWarningAlarm', coldRoomTypes.doorOpen, 'Door is open', time))
    }
    return rows
  }

  #letWarmthIn(passedMs: number, time: number | undefined): string[] {
    const isOpen = this.#doorOpenSince !== undefined
    const share = 1 - Math.exp(-passedMs / (isOpen ? hall.warmsInMs : hall.coolsInMs))
    this.#warmth += ((isOpen ? hall.warmth : 0) - this.#warmth) * share
    const { raisedAbove, clearedBelow } = highTemperature
    if (this.#warmth > raisedAbove) {
      const text = `Temperature is ${this.#temperature()} °C`
      return this.#raise('createMajorAlarm', coldRoomTypes.temperatureHigh, text, time)
    }
    return this.#warmth < clearedBelow ? this.#clear(coldRoomTypes.temperatureHigh) : []
  }

  #raise(
    name: 'createWarningAlarm' | 'createMajorAlarm',
    type: string,
    text: string,
    time: number | undefined,
  ): string[] {
    if (this.#alarms.has(type)) return []
    this.#alarms.add(type)
    return [requestRow(name, at(time, { type, text }))]
  }

  #clear(type: string): string[] {
    return this.#alarms.delete(type) ? [requestRow('clearAlarm', { type })] : []
  }

  #readSensor(sensor: Sensor, passedMs: number, time: number | undefined): Report {
    const { externalId, random } = sensor
    const temperature = hundredths(this.#temperature() + sensor.offset + 0.15 * noise(random))
    sensor.charge -= (passedMs / hourMs) * 0.05 * random()
    const rows = [
      requestRow('createTemperatureMeasurement', at(time, { temperature })),
      requestRow('createBatteryMeasurement', at(time, { level: hundredths(sensor.charge) })),
    ]
    if (sensor.charge < 5) {
      sensor.charge = 100
      const replaced = { type: coldRoomTypes.batteryReplaced, text: 'Battery replaced' }
      rows.push(requestRow('createEvent', at(time, replaced)))
    }
    return { externalId, rows }
  }

  /** In ms. */
  #untilDoorOpens(): number {
    return -Math.log(1 - this.#random()) * doorOpensEveryMs
  }

  /** In ms: mostly short. */
  #untilDoorCloses(): number {
    return this.#random() ** 3 * doorOpenMsMax
  }
}

interface Sensor {
  readonly externalId: string
  readonly random: Random
  /** °C by which its shelf differs from the room. */
  readonly offset: number
  /** Percent. */
  charge: number
}

function at<Values extends object>(time: number | undefined, values: Values): Values {
  return time === undefined ? values : { ...values, time }
}

function hundredths(value: number): number {
  return Math.round(value * 100) / 100
}
