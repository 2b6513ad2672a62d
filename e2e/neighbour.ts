import assert from 'node:assert/strict'
import { connectDevice, type Device } from './mqtt-device.ts'
import { findObjectId, mqttUrl, registerDevice } from './register-device.ts'
import type { Platform } from './start-platform.ts'

/** On a machine that is busy with other tests; an undisturbed publish takes a few milliseconds. */
const latencyMsMax = 3000

/** An honest device that publishes all the time, while others do what they do. */
export class Neighbour {
  readonly #platform: Platform
  readonly #id: string
  readonly #device: Device
  readonly #working: Promise<void>
  #isWorking = true
  #published = 0
  #slowestMs = 0

  constructor(platform: Platform, id: string, device: Device) {
    this.#platform = platform
    this.#id = id
    this.#device = device
    this.#working = this.#work()
    // Looked at in `finish`.
    this.#working.catch(() => {})
  }

  /** Stops, and checks that each message was acknowledged in time and stored once. */
  async finish(): Promise<string> {
    this.#isWorking = false
    await this.#working
    const source = await findObjectId(this.#platform, this.#id)
    const { statistics } = await this.#platform.rest.get(
      `/measurement/measurements?source=${source}&pageSize=1&withTotalElements=true`,
    )
    await this.#device[Symbol.asyncDispose]()
    assert.equal(statistics.totalElements, this.#published)
    assert.ok(
      this.#slowestMs < latencyMsMax,
      `the neighbour waited ${Math.round(this.#slowestMs)} ms for an acknowledgement`,
    )
    return `${this.#published} messages of a neighbour, the slowest ${Math.round(this.#slowestMs)} ms`
  }

  async #work(): Promise<void> {
    while (this.#isWorking) {
      const startedAt = performance.now()
      await this.#device.publish('s/us', `211,${this.#published}`)
      this.#published += 1
      this.#slowestMs = Math.max(this.#slowestMs, performance.now() - startedAt)
    }
  }
}

export async function startNeighbour(platform: Platform, id: string): Promise<Neighbour> {
  const login = await registerDevice(platform, id)
  return new Neighbour(platform, id, await connectDevice(mqttUrl(platform), login))
}
