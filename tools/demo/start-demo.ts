import { randomBytes } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import type { Device } from '@pileus/device-sdk'
import { memoryCredentialStore, startDevice } from '@pileus/device-sdk'
import { simulateDevice } from '@pileus/device-sdk/simulation'
import type { RestClient } from '@pileus/rest-contract'
import { buildRestClient, RestRefusal } from '@pileus/rest-contract'
import type { DemoRoom } from './demo-fleet.ts'
import { demoAlarm, demoRooms, demoVans, market } from './demo-fleet.ts'
import { keepAsking } from './keep-asking.ts'
import type { PlatformProcess } from './platform-process.ts'
import { startPlatformProcess } from './platform-process.ts'

const hourMs = 3_600_000
/** From one report of a room to the next, and from one question of a device to the next. */
const reportEveryMs = 5_000
const pollEveryMs = 500
/** From the registration of a device until it has asked. */
const acceptMsMax = 30_000
/** Somebody looks into a room now and then. */
const commandEveryMs = 40_000

export interface Demo extends AsyncDisposable {
  readonly platform: PlatformProcess
  readonly user: string
  readonly password: string
  readonly rest: RestClient
  /** Ids of managed objects by external id. */
  idOf(externalId: string): Promise<string>
}

export interface DemoOptions {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly onStep: (step: string) => void
  /** Gives up while it is still starting. */
  readonly signal: AbortSignal
}

/** What everybody who plays a part in the demonstration needs. */
export interface Stage {
  readonly mqttUrl: string
  readonly httpUrl: string
  readonly bootstrapPassword: string
  readonly rest: RestClient
  readonly signal: AbortSignal
}

/**
 * Starts the platform with a fleet that lives: devices register and are accepted as real ones are,
 * tell about their last day, and go on from there. All of it ends with the demonstration.
 */
export async function startDemo({ env, onStep, signal }: DemoOptions): Promise<Demo> {
  await using resources = new AsyncDisposableStack()
  const password = env['PILEUS_ADMIN_PASSWORD'] ?? newPassword()
  const bootstrapPassword = env['PILEUS_BOOTSTRAP_PASSWORD'] ?? newPassword()
  onStep('starting the platform')
  const platform = resources.use(
    await startPlatformProcess({
      ...env,
      PILEUS_ADMIN_PASSWORD: password,
      PILEUS_BOOTSTRAP_PASSWORD: bootstrapPassword,
      // A fleet that comes all at once from one address is what the limits are against.
      PILEUS_LIMITS: 'open',
    }),
  )
  const user = `${env['PILEUS_TENANT'] ?? 't100'}/${env['PILEUS_ADMIN_USER'] ?? 'admin'}`
  const authorization = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
  const rest = buildRestClient({
    baseUrl: platform.httpUrl,
    fetch,
    headers: () => ({ Authorization: authorization }),
  })
  const over = new AbortController()
  resources.defer(() => over.abort(new Error('The demonstration is over')))
  const stage: Stage = {
    mqttUrl: `mqtt://${platform.mqttAddress}`,
    httpUrl: platform.httpUrl,
    bootstrapPassword,
    rest,
    signal: AbortSignal.any([over.signal, signal]),
  }

  onStep('devices register and tell about their last day')
  await Promise.all([
    ...demoRooms.map(async (room) => resources.use(await openRoom(stage, room))),
    driveVan(stage).then((van) => resources.use(van)),
    parkVan(stage),
  ])
  onStep('others wait at the registration')
  await keepAsking(stage)
  await raiseAlarm(rest)
  onStep('somebody sends operations')
  const demo = {
    platform,
    user,
    password,
    rest,
    idOf: (externalId: string) => findId(rest, externalId),
  }
  await sendFirstOperations(demo)
  resources.use(sendCommands(demo))

  const held = resources.move()
  return { ...demo, [Symbol.asyncDispose]: () => held[Symbol.asyncDispose]() }
}

function newPassword(): string {
  return randomBytes(12).toString('base64url')
}

/** Registers a device and accepts it once it has asked, as an operator does, while it starts. */
async function admit<Started>(
  stage: Stage,
  id: string,
  start: (signal: AbortSignal) => Promise<Started>,
): Promise<Started> {
  await stage.rest.post('/devicecontrol/newDeviceRequests', { body: { id } })
  const refused = new AbortController()
  const starting = start(AbortSignal.any([stage.signal, refused.signal]))
  acceptOnceAsked(stage, id).catch((error: unknown) => refused.abort(error))
  return starting
}

async function acceptOnceAsked({ rest, signal }: Stage, id: string): Promise<void> {
  for (const deadline = performance.now() + acceptMsMax; ; ) {
    try {
      await rest.put('/devicecontrol/newDeviceRequests/{id}', {
        path: { id },
        body: { status: 'ACCEPTED' },
        signal,
      })
      return
    } catch (error) {
      const isTooEarly = error instanceof RestRefusal && error.status === 422
      if (!isTooEarly || performance.now() > deadline) throw error
    }
    await pause(pollEveryMs / 2, undefined, { signal })
  }
}

async function openRoom(stage: Stage, room: DemoRoom): Promise<AsyncDisposable> {
  const { id, name, sensorCount, seed, firmwareVersion } = room
  const simulated = await admit(stage, id, (signal) =>
    simulateDevice({
      ...seatOf(stage, id),
      name,
      sensorCount,
      seed,
      everyMs: reportEveryMs,
      // Doors and alarms of an hour within six minutes: there is something to see.
      pace: 10,
      historyMs: 24 * hourMs,
      signal,
    }),
  )
  await describe(stage.rest, id, {
    c8y_Hardware: { model: 'Rimeguard 400', revision: 'C', serialNumber: `RG4-${1000 + seed}` },
    c8y_Firmware: { name: 'rimeguard-os', version: firmwareVersion },
    c8y_Position: { lat: market.lat + seed / 5000, lng: market.lng + seed / 7000 },
    c8y_Notes: `Service contract until ${2027 + (seed % 3)}-06-30.`,
  })
  return simulated
}

async function driveVan(stage: Stage): Promise<AsyncDisposable> {
  const { id, name } = demoVans.driving
  const van = await startVan(stage, id, name)
  const timer = setInterval(() => {
    const angle = Date.now() / 120_000
    const position = {
      lat: market.lat + 0.02 * Math.sin(angle),
      lng: market.lng + 0.03 * Math.cos(angle),
      alt: 38,
    }
    // What cannot be sent waits in the device; what is lost at the end is nobody's loss.
    van.send.createLocationEventAndSetPosition(position).catch(() => {})
  }, reportEveryMs)
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(timer)
      await van.close()
    },
  }
}

/** It came once, and has been silent since: what it is asked to do waits for it. */
async function parkVan(stage: Stage): Promise<void> {
  const { id, name } = demoVans.parked
  await using van = await startVan(stage, id, name)
  await van.send.createLocationEventAndSetPosition({ ...market, alt: 38 })
  await van.send.createMinorAlarm({ type: 'van_ServiceDue', text: 'Service is due in 400 km' })
}

function startVan(stage: Stage, id: string, name: string): Promise<Device> {
  return admit(stage, id, (signal) =>
    startDevice({
      ...seatOf(stage, id),
      name,
      type: 'demo_Van',
      requiredAvailabilityMinutes: 30,
      operations: { c8y_Restart: () => 'restarted' },
      signal,
    }),
  )
}

/** Where a device of the demonstration connects, and as what. */
function seatOf({ mqttUrl, bootstrapPassword }: Stage, id: string) {
  return {
    id,
    url: mqttUrl,
    credentials: memoryCredentialStore(),
    bootstrap: { password: bootstrapPassword, pollEveryMs },
  }
}

async function describe(rest: RestClient, externalId: string, fragments: object): Promise<void> {
  const id = await findId(rest, externalId)
  await rest.put('/inventory/managedObjects/{id}', { path: { id }, body: fragments })
}

async function findId(rest: RestClient, externalId: string): Promise<string> {
  const path = { type: 'c8y_Serial', externalId }
  const found = await rest.get('/identity/externalIds/{type}/{externalId*}', { path })
  return found.managedObject.id
}

async function raiseAlarm(rest: RestClient): Promise<void> {
  const { roomId, ...alarm } = demoAlarm
  const source = { id: await findId(rest, roomId) }
  await rest.post('/alarm/alarms', { body: { ...alarm, source, time: new Date() } })
}

/** One of each outcome: done, failed, and waiting for a device that is not there. */
async function sendFirstOperations({ rest, idOf }: Pick<Demo, 'rest' | 'idOf'>): Promise<void> {
  const asked = [
    { id: 'cold-02', description: 'Ask for the state', text: 'status' },
    { id: 'cold-02', description: 'Defrost the evaporator', text: 'defrost' },
    { id: 'cold-02', description: 'How long has it been up?', text: 'uptime' },
  ]
  for (const { id, description, text } of asked) {
    const deviceId = await idOf(id)
    const body = { deviceId, description, c8y_Command: { text } }
    await rest.post('/devicecontrol/operations', { body })
  }
  for (const id of ['cold-02', demoVans.parked.id]) {
    const body = { deviceId: await idOf(id), description: 'Restart device', c8y_Restart: {} }
    await rest.post('/devicecontrol/operations', { body })
  }
}

function sendCommands({ rest, idOf }: Pick<Demo, 'rest' | 'idOf'>): Disposable {
  let turn = 0
  const timer = setInterval(() => {
    const { id } = demoRooms[turn++ % demoRooms.length] ?? demoVans.driving
    const description = 'Ask for the state'
    idOf(id)
      .then((deviceId) =>
        rest.post('/devicecontrol/operations', {
          body: { deviceId, description, c8y_Command: { text: 'status' } },
        }),
      )
      // Somebody may have deleted the room, or the platform is on its way down.
      .catch(() => {})
  }, commandEveryMs)
  return { [Symbol.dispose]: () => clearInterval(timer) }
}
