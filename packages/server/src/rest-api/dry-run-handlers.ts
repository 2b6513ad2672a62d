import type {
  Actor,
  DeviceIdentifier,
  JsonObject,
  JsonValue,
  ManagedObject,
  TenantReader,
} from '@pileus/domain'
import {
  findAgent,
  mayRead,
  parseDeviceIdentifier,
  parseManagedObjectId,
  serialType,
} from '@pileus/domain'
import { parseDate } from '@pileus/rest-contract'
import type { Handlers, RestPlatform, RestRequest } from './rest-request.ts'
import type { RestResult } from './rest-result.ts'
import { refuse, refuseAsInvalid } from './rest-result.ts'
import type { TriedCollection } from './tries-rows.ts'

type DryRunRoute = 'dryRunRows' | 'dryRunResponses'

/** Rows and documents tried without effect (console §6.3). */
export const dryRunHandlers: Handlers<DryRunRoute> = {
  async dryRunRows(request, platform) {
    const { actor, body, receivedAt } = request
    const speaker = await findSpeaker(request, platform)
    if (!speaker.ok) return speaker
    const now = body.at == null ? receivedAt : parseDate(body.at)
    if (now === undefined) return refuseAsInvalid(`at: "${body.at}" is no time.`)
    const tried = await platform.dryRun.rows({
      tenantId: actor.tenantId,
      ...speaker.value,
      topic: body.topic,
      rows: body.rows,
      collection: body.collection == null ? undefined : toCollection(body.collection),
      now,
    })
    return tried.ok
      ? { ok: true, value: { kind: 'document', body: tried.value } }
      : refuseAsInvalid(tried.reason)
  },

  async dryRunResponses({ actor, body, receivedAt }, platform) {
    const collection = toCollection(body.collection)
    if (collection.xId === undefined && collection.draft === undefined) {
      return refuseAsInvalid('The collection needs xId or draft.')
    }
    const tried = await platform.dryRun.responses({
      tenantId: actor.tenantId,
      collection,
      document: body.document as JsonObject,
      externalId: body.sn ?? undefined,
      now: receivedAt,
    })
    return tried.ok
      ? { ok: true, value: { kind: 'document', body: tried.value } }
      : refuseAsInvalid(tried.reason)
  },
}

/** Who sends the rows. */
interface Speaker {
  readonly deviceIdentifier: DeviceIdentifier
  /** External id of the device itself, where another one speaks for it. */
  readonly child: string | undefined
}

/** Sends the rows where no device is named. */
const newDevice = 'new-device'
/** As long as MQTT lets a device be. */
const identifierCharactersMax = 254

async function findSpeaker(
  { actor, body }: RestRequest<'dryRunRows'>,
  { store }: RestPlatform,
): Promise<RestResult<Speaker>> {
  const reader = store.reader(actor.tenantId)
  const idText = body.deviceId == null ? undefined : String(body.deviceId)
  const id =
    idText === undefined
      ? await reader.findByExternalId({ type: serialType, value: newDevice })
      : parseManagedObjectId(idText)
  const device = id === undefined ? undefined : await reader.findManagedObject(id)
  if (device !== undefined) return speakerFor(reader, actor, device)
  if (idText !== undefined) return refuse('managedObjectNotFound', { id: idText })
  return actor.permissions.has('ROLE_INVENTORY_READ')
    ? toSpeaker(newDevice, undefined)
    : refuse('accessDenied')
}

async function speakerFor(
  reader: TenantReader,
  actor: Actor,
  device: ManagedObject,
): Promise<RestResult<Speaker>> {
  if (!mayRead(actor, device)) return refuse('accessDenied')
  const root = (await findAgent(reader, device.id)) ?? device
  if (!mayReadAllOf(actor, device) || !mayReadAllOf(actor, root)) return refuse('accessDenied')
  const serial = await findSerial(reader, root)
  if (root.id === device.id) return toSpeaker(serial, undefined)
  const child = await findSerial(reader, device)
  return child === undefined ? refuseAsInvalid(withoutSerial) : toSpeaker(serial, child)
}

const withoutSerial = `The device has no external id of type ${serialType} to be known by.`

function toSpeaker(serial: string | undefined, child: string | undefined): RestResult<Speaker> {
  const deviceIdentifier = parseDeviceIdentifier(serial ?? '', identifierCharactersMax)
  return deviceIdentifier === undefined
    ? refuseAsInvalid(withoutSerial)
    : { ok: true, value: { deviceIdentifier, child } }
}

/** Rows run with the rights of the device, and their answers show data of every kind. */
function mayReadAllOf({ userName, permissions }: Actor, { owner }: ManagedObject): boolean {
  return owner === userName || readsAllData.every((permission) => permissions.has(permission))
}

const readsAllData = [
  'ROLE_INVENTORY_READ',
  'ROLE_MEASUREMENT_READ',
  'ROLE_EVENT_READ',
  'ROLE_ALARM_READ',
  'ROLE_DEVICE_CONTROL_READ',
] as const

async function findSerial(
  reader: TenantReader,
  { id }: ManagedObject,
): Promise<string | undefined> {
  const externalIds = await reader.listExternalIds(id)
  return externalIds.find(({ type }) => type === serialType)?.value
}

function toCollection({
  xId,
  draft,
}: RestRequest<'dryRunResponses'>['body']['collection']): TriedCollection {
  return { xId: xId ?? undefined, draft: draft == null ? undefined : (draft as JsonValue) }
}
