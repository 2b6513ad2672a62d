import { findAgent, parseManagedObjectId, serialType } from '@pileus/domain'
import type { Handlers, RestPlatform, RestRequest, WireRequest } from './rest-request.ts'
import type { RestResult } from './rest-result.ts'
import { refuse, refuseAsInvalid } from './rest-result.ts'

type WireRoute = 'readConsoleWire' | 'streamConsoleWire'

/** What devices say and hear, for people who want to know what went wrong (console §5.21). */
export const wireHandlers: Handlers<WireRoute> = {
  async readConsoleWire(request, platform) {
    const asked = await toWireRequest(request, platform)
    if (!asked.ok) return asked
    const body = await platform.wire.read(asked.value)
    return body === 'full' ? refuseFull : { ok: true, value: { kind: 'document', body } }
  },

  async streamConsoleWire(request, platform) {
    const asked = await toWireRequest(request, platform)
    if (!asked.ok) return asked
    const feed = platform.wire.open(asked.value)
    return feed === 'full' ? refuseFull : { ok: true, value: { kind: 'events', feed } }
  },
}

/** Somebody has to stop looking first. */
const refuseFull = refuse('tooManyRequests', { retryAfterSeconds: '60' })

/** What a reader that has lost its connection has seen last counts more than what it began with. */
async function toWireRequest(
  { actor, query, lastEventId }: RestRequest<WireRoute>,
  platform: RestPlatform,
): Promise<RestResult<WireRequest>> {
  const { tenantId, userName } = actor
  const since = parsePosition(lastEventId ?? query.since)
  if (since === 'malformed') return refuseAsInvalid('The position must be the seq of a packet.')
  const found =
    query.deviceId === undefined
      ? ({ ok: true, value: query.clientId } as const)
      : await findClientId(platform, actor.tenantId, query.deviceId)
  if (!found.ok) return found
  const errorsOnly = query.errorsOnly ?? false
  return { ok: true, value: { tenantId, userName, clientId: found.value, errorsOnly, since } }
}

function parsePosition(text: string | undefined): number | undefined | 'malformed' {
  if (text === undefined || text === '') return undefined
  const position = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN
  return Number.isSafeInteger(position) ? position : 'malformed'
}

/** Under which identifier the agent connects that speaks for the device. */
async function findClientId(
  { store }: RestPlatform,
  tenantId: WireRequest['tenantId'],
  deviceId: string,
): Promise<RestResult<string>> {
  const id = parseManagedObjectId(deviceId)
  const reader = store.reader(tenantId)
  if (id === undefined || (await reader.findManagedObject(id)) === undefined) {
    return refuse('managedObjectNotFound', { id: deviceId })
  }
  const speaker = (await findAgent(reader, id))?.id ?? id
  const externalIds = await reader.listExternalIds(speaker)
  const serial = externalIds.find(({ type }) => type === serialType)
  return serial === undefined
    ? refuseAsInvalid(`Device ${deviceId} has no external id of type ${serialType}.`)
    : { ok: true, value: serial.value }
}
