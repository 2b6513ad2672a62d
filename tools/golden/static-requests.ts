import type { DomainEvent, JsonObject, ManagedObject, TenantReader } from '@pileus/domain'
import { installedSoftwareType, preferredExternalId } from '@pileus/domain'
import { processRows } from '@pileus/server/src/device-gateway/process-rows.ts'
import { routeTopic } from '@pileus/server/src/device-gateway/route-topic.ts'
import { formatInstant, formatRow, parsePayload } from '@pileus/smartrest'
import type { RunsCase } from './golden-case.ts'
import { objectAt, optionalTextAt, textAt } from './golden-case.ts'
import type { GoldenPlatform } from './golden-platform.ts'
import { committed, goldenTenant, instantAt, openGoldenPlatform } from './golden-platform.ts'

/** Rows of one message against a state: what they cause, say and refuse. */
export const runStaticRequest: RunsCase = async ({ input }) => {
  const now = instantAt(input, 'now', 0)
  const platform = await openGoldenPlatform(textAt(input, 'client'), objectAt(input, 'state'), now)
  const route = routeTopic(textAt(input, 'topic'))
  if (route.kind !== 'static') return { effects: [], publish: [], errors: [] }
  const context = {
    connection: platform.connection,
    mode: route.mode,
    child: route.child,
    platformVersion: optionalTextAt(input, 'platformVersion') ?? '0.0.0',
    packetBytesMax: 16_184,
  }
  const parsed = parsePayload(textAt(input, 'payload'))
  const outcomes = await platform.store.run(goldenTenant, now, (unit) =>
    processRows(unit, context, parsed),
  )
  await committed()
  const effects = await effectsOf(platform)
  const publish: JsonObject[] = []
  const errors: JsonObject[] = []
  for (const outcome of outcomes) {
    switch (outcome.kind) {
      case 'problem':
        errors.push({ code: outcome.problem.code, messageId: outcome.problem.messageId })
        break
      case 'reply':
        publish.push({ topic: 's/ds', payload: formatRow(outcome.row) })
        break
      case 'resendPending': {
        const reader = platform.store.reader(goldenTenant)
        const externalId = await preferredExternalId(reader, outcome.managedObjectId)
        effects.push({ action: 'resend-pending', externalId: externalId ?? '' })
      }
    }
  }
  await platform.store[Symbol.asyncDispose]()
  return { effects, publish, errors }
}

async function effectsOf({ store, events }: GoldenPlatform): Promise<JsonObject[]> {
  const reader = store.reader(goldenTenant)
  const effects: JsonObject[] = []
  for (const { event } of events) {
    const effect = await effectOf(reader, event)
    if (effect !== undefined) effects.push(effect)
  }
  return effects
}

type Mode = { readonly mode?: string }

/** PERSISTENT is not stated. */
function modeMember(mode: string): Mode {
  return mode === 'PERSISTENT' ? {} : { mode }
}

async function effectOf(reader: TenantReader, event: DomainEvent): Promise<JsonObject | undefined> {
  const nameOf = async (id: ManagedObject['id']) => (await preferredExternalId(reader, id)) ?? ''
  switch (event.kind) {
    case 'managedObjectCreated': {
      const { managedObject, role, parentId } = event
      const { name, type, fragments } = managedObject
      const object = { name: name ?? '', type: type ?? '', ...fragments }
      const externalId = await nameOf(managedObject.id)
      const parent = parentId === undefined ? '' : await nameOf(parentId)
      switch (role) {
        case 'root':
          return { action: 'create-device', externalId, object }
        case 'childDevice':
          return { action: 'create-child-device', parent, externalId, object }
        case 'service':
          return { action: 'create-service', parent, externalId, object }
        case 'object':
          // The list behind rows 140 to 142 is told as `set-installed-software`.
          return undefined
      }
    }
    case 'childAssigned':
      return {
        action: 'link-child-device',
        parent: await nameOf(event.parentId),
        child: await nameOf(event.childId),
      }
    case 'managedObjectUpdated': {
      const { managedObject, set, unset, mode } = event
      const isSoftware =
        managedObject.type === installedSoftwareType || unset.includes('c8y_SoftwareList')
      if (isSoftware) return undefined
      const externalId = await nameOf(managedObject.id)
      return { action: 'update-object', externalId, ...changes(set, unset), ...modeMember(mode) }
    }
    case 'installedSoftwareSet': {
      const externalId = await nameOf(event.managedObjectId)
      const { items, mode } = event
      return { action: 'set-installed-software', externalId, items, ...modeMember(mode) }
    }
    case 'heartbeat':
      return { action: 'heartbeat', externalId: await nameOf(event.managedObjectId) }
    case 'measurementCreated': {
      const { sourceId, type, time, fragments } = event.measurement
      const body = { type, time: formatInstant(time), ...fragments }
      const externalId = await nameOf(sourceId)
      return { action: 'create-measurement', externalId, body, ...modeMember(event.mode) }
    }
    case 'eventCreated': {
      const { sourceId, type, text, time, fragments } = event.event
      const body = { type, text, time: formatInstant(time), ...fragments }
      const externalId = await nameOf(sourceId)
      return { action: 'create-event', externalId, body, ...modeMember(event.mode) }
    }
    case 'alarmCreated': {
      const { sourceId, type, text, severity, status, time, fragments } = event.alarm
      const body = { type, text, severity, status, time: formatInstant(time), ...fragments }
      const externalId = await nameOf(sourceId)
      return { action: 'create-alarm', externalId, body, ...modeMember(event.mode) }
    }
    case 'alarmUpdated':
      return { action: 'update-alarm', id: event.alarm.id, ...changes(event.set, event.unset) }
    case 'eventUpdated':
      return { action: 'update-event', id: event.event.id, ...changes(event.set, event.unset) }
    case 'eventDeleted':
      return { action: 'delete-event', id: event.eventId }
    case 'measurementDeleted':
      return { action: 'delete-measurement', id: event.measurementId }
    case 'operationUpdated':
      return { action: 'update-operation', id: event.operation.id, set: event.set }
    default:
      return undefined
  }
}

function changes(set: JsonObject, unset: readonly string[]): JsonObject {
  return {
    ...(Object.keys(set).length === 0 ? {} : { set }),
    ...(unset.length === 0 ? {} : { unset }),
  }
}
