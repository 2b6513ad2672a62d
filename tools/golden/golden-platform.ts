import type {
  Alarm,
  DeviceEvent,
  DeviceIdentifier,
  Instant,
  JsonObject,
  ManagedObjectId,
  OperationStatus,
  TenantEvent,
  TenantId,
  Unit,
} from '@pileus/domain'
import {
  actorOf,
  devicesGroupId,
  deviceUserName,
  findAgent,
  parseOperationStatus,
  parseSeverity,
  serialType,
  setInstalledSoftware,
  templateCollectionType,
  templatesFragment,
  xIdType,
} from '@pileus/domain'
import { openMemoryStore } from '@pileus/server/src/store/memory/open-memory-store.ts'
import type { ObservableStore } from '@pileus/server/src/store/open-store.ts'
import type { SequenceKind } from '@pileus/server/src/store/sequences.ts'
import { Sequences } from '@pileus/server/src/store/sequences.ts'
import { parseTime } from '@pileus/smartrest'
import { objectAt, objectsAt, optionalTextAt, textAt } from './golden-case.ts'

export const goldenTenant = 't4081' as TenantId

/** Cases state the ids of what is there; what the rules create is numbered as usual. */
class StatedIds extends Sequences {
  #stated: number | undefined

  state(id: string): void {
    this.#stated = Number(id)
  }

  override next(kind: SequenceKind): number {
    const id = this.#stated ?? super.next(kind)
    this.#stated = undefined
    return id
  }
}

/** A platform on the store in memory, holding the state of one case. */
export interface GoldenPlatform {
  readonly store: ObservableStore
  /** What has been committed since the state was put in. */
  readonly events: TenantEvent[]
  readonly connection: {
    readonly deviceIdentifier: DeviceIdentifier
    readonly actor: ReturnType<typeof actorOf>
  }
  /** Puts in an operation that the case states beside its state. */
  putOperation(given: JsonObject): Promise<void>
}

export async function openGoldenPlatform(
  client: string,
  state: JsonObject,
  now: Instant,
): Promise<GoldenPlatform> {
  const events: TenantEvent[] = []
  const sequences = new StatedIds()
  const store = openMemoryStore({
    sequences,
    onCommitted: (committed) => events.push(...committed),
  })
  const owner = deviceUserName(client)
  await store.run(goldenTenant, now, (unit) => putState(unit, sequences, owner, state))
  await committed()
  events.length = 0
  const user = {
    tenantId: goldenTenant,
    userName: owner,
    secretHash: '',
    groupIds: [devicesGroupId],
    enabled: true,
    shouldResetPassword: false,
    lastPasswordChange: now,
    creationTime: now,
    profile: {},
  }
  const connection = { deviceIdentifier: client as DeviceIdentifier, actor: actorOf(user) }
  return {
    store,
    events,
    connection,
    putOperation: (given) =>
      store.run(goldenTenant, now, (unit) => putOperation(unit, sequences, given)),
  }
}

async function putState(
  unit: Unit,
  sequences: StatedIds,
  owner: string,
  state: JsonObject,
): Promise<void> {
  for (const given of objectsAt(state, 'objects')) await putObject(unit, sequences, owner, given)
  for (const given of objectsAt(state, 'collections')) await putCollection(unit, owner, given)
  for (const given of objectsAt(state, 'operations')) await putOperation(unit, sequences, given)
  for (const given of objectsAt(state, 'alarms')) await putAlarm(unit, sequences, given)
  for (const given of objectsAt(state, 'events')) await putEvent(unit, sequences, given)
}

async function putObject(
  unit: Unit,
  sequences: StatedIds,
  owner: string,
  given: JsonObject,
): Promise<void> {
  const { name, type, ...fragments } = objectAt(given, 'object')
  sequences.state(textAt(given, 'id'))
  const { id } = await unit.repository.insertManagedObject({
    ...(typeof name === 'string' ? { name } : {}),
    ...(typeof type === 'string' ? { type } : {}),
    owner: optionalTextAt(given, 'owner') ?? owner,
    creationTime: unit.now,
    lastUpdated: unit.now,
    fragments,
  })
  await unit.repository.insertExternalId(
    { type: serialType, value: textAt(given, 'externalId') },
    id,
  )
  const parent = optionalTextAt(given, 'parent')
  const parentId =
    parent === undefined
      ? undefined
      : await unit.repository.findByExternalId({ type: serialType, value: parent })
  if (parentId !== undefined) {
    const kind = given.kind === 'service' ? 'childAdditions' : 'childDevices'
    await unit.repository.insertChild(parentId, kind, id)
  }
  if (given.installedSoftware !== undefined) {
    const items = objectsAt(given, 'installedSoftware').map((item) => ({
      name: optionalTextAt(item, 'name') ?? '',
      version: optionalTextAt(item, 'version') ?? '',
      softwareType: optionalTextAt(item, 'softwareType') ?? '',
      url: optionalTextAt(item, 'url') ?? '',
    }))
    await setInstalledSoftware(unit, id, items, 'PERSISTENT')
  }
}

/** As operators make them: an object, and its X-ID as an external id. */
async function putCollection(unit: Unit, owner: string, given: JsonObject): Promise<void> {
  const { xId: _xId, ...templates } = given
  const { id } = await unit.repository.insertManagedObject({
    type: templateCollectionType,
    owner,
    creationTime: unit.now,
    lastUpdated: unit.now,
    fragments: { [templatesFragment]: templates },
  })
  await unit.repository.insertExternalId({ type: xIdType, value: textAt(given, 'xId') }, id)
}

async function putOperation(unit: Unit, sequences: StatedIds, given: JsonObject): Promise<void> {
  const { id: _id, deviceId: _deviceId, status, creationTime: _time, ...fragments } = given
  const creationTime = instantAt(given, 'creationTime', unit.now)
  const deviceId = textAt(given, 'deviceId') as ManagedObjectId
  const agent = await findAgent(unit.repository, deviceId)
  sequences.state(textAt(given, 'id'))
  await unit.repository.insertOperation({
    deviceId,
    agentId: agent?.id ?? deviceId,
    status: statusOf(status),
    creationTime,
    statusChanges: [],
    delivery: { status: 'PENDING', time: creationTime, log: [] },
    fragments,
  })
}

function statusOf(value: unknown): OperationStatus {
  return parseOperationStatus(String(value)) ?? 'PENDING'
}

async function putAlarm(unit: Unit, sequences: StatedIds, given: JsonObject): Promise<void> {
  const { id: _id, source: _source, type, text, severity, status, time: _time, ...rest } = given
  const time = instantAt(given, 'time', unit.now)
  const alarm: Omit<Alarm, 'id'> = {
    sourceId: sourceOf(given),
    type: String(type),
    text: String(text ?? ''),
    severity: parseSeverity(String(severity)) ?? 'MAJOR',
    status: String(status ?? 'ACTIVE'),
    time,
    count: 1,
    firstOccurrenceTime: time,
    creationTime: unit.now,
    lastUpdated: unit.now,
    fragments: rest,
  }
  sequences.state(textAt(given, 'id'))
  await unit.repository.insertAlarm(alarm)
}

async function putEvent(unit: Unit, sequences: StatedIds, given: JsonObject): Promise<void> {
  const { id: _id, source: _source, type, text, time: _time, ...rest } = given
  const event: Omit<DeviceEvent, 'id'> = {
    sourceId: sourceOf(given),
    type: String(type),
    text: String(text ?? ''),
    time: instantAt(given, 'time', unit.now),
    creationTime: unit.now,
    lastUpdated: unit.now,
    fragments: rest,
  }
  sequences.state(textAt(given, 'id'))
  await unit.repository.insertEvent(event)
}

/** `source` is the internal id, alone or as `{ id }`. */
function sourceOf({ source }: JsonObject): ManagedObjectId {
  const id = typeof source === 'object' && source !== null ? (source as JsonObject).id : source
  return String(id) as ManagedObjectId
}

export function instantAt(object: JsonObject, name: string, absent: Instant): Instant {
  const text = optionalTextAt(object, name)
  return text === undefined ? absent : (parseTime(text) ?? absent)
}

/** Events are told after the unit's promise has settled, within the same turn of the event loop. */
export function committed(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve)
  })
}
