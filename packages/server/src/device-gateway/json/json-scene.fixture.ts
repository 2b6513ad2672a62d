import assert from 'node:assert/strict'
import type {
  AlarmId,
  Connection,
  DomainEvent,
  EventId,
  ManagedObjectId,
  MeasurementId,
} from '@pileus/domain'
import { deviceUserName } from '@pileus/domain'
import type { Rules } from '../../domain-rules/rules.fixture.ts'
import { aConnection, openRules, putObject } from '../../domain-rules/rules.fixture.ts'
import { routeTopic } from '../route-topic.ts'
import type { JsonProblem } from './json-problem.ts'
import { performJson } from './perform-json.ts'
import { readDocument } from './read-json-message.ts'

/**
 * `meter-8` with a child `meter-8_l1`, an object `spare` of the same user that hangs below nothing,
 * `tenant-meter` below the device and of another owner, and `oven-9` of somebody else. Child and
 * oven have one event, alarm and measurement each.
 */
export interface JsonScene extends AsyncDisposable {
  readonly rules: Rules
  readonly ids: {
    readonly root: ManagedObjectId
    readonly child: ManagedObjectId
    readonly spare: ManagedObjectId
    readonly foreign: ManagedObjectId
  }
  readonly ours: DataIds
  readonly foreign: DataIds
  /** Does a message of `meter-8`, or of another connection. */
  publish(
    topic: string,
    payload: object | string,
    connection?: Connection,
  ): Promise<JsonProblem | undefined>
  /** What was announced since the last time. */
  announced(): Promise<readonly DomainEvent[]>
}

interface DataIds {
  readonly event: EventId
  readonly alarm: AlarmId
  readonly measurement: MeasurementId
}

export async function openJsonScene(): Promise<JsonScene> {
  const rules = openRules()
  const owner = deviceUserName('meter-8')
  const ids = await rules.run(async (unit) => {
    const root = await putObject(unit, 'meter-8', { owner, name: 'Meter 8', type: 'acme_Meter' })
    const child = await putObject(unit, 'meter-8_l1', { owner })
    const tenantOwned = await putObject(unit, 'tenant-meter')
    await unit.repository.insertChild(root, 'childDevices', child)
    await unit.repository.insertChild(child, 'childAdditions', tenantOwned)
    const spare = await putObject(unit, 'spare', { owner })
    const foreign = await putObject(unit, 'oven-9', { owner: deviceUserName('oven-9') })
    return { root, child, spare, foreign }
  })
  const ours = await putData(rules, ids.child)
  const foreign = await putData(rules, ids.foreign)
  let told = 0
  return {
    rules,
    ids,
    ours,
    foreign,
    publish(topic, payload, connection = aConnection('meter-8')) {
      const route = routeTopic(topic)
      assert.ok(route.kind === 'json', `${topic} is a JSON topic`)
      const text = typeof payload === 'string' ? payload : JSON.stringify(payload)
      const document = readDocument(route.topic, text)
      const { topic: row, id, mode } = route
      return rules.run((unit) =>
        performJson(unit, connection, { topic: row, id, mode, packetId: 1, document }),
      )
    },
    async announced() {
      await new Promise(setImmediate)
      const events = rules.events.slice(told).map(({ event }) => event)
      told = rules.events.length
      return events
    },
    [Symbol.asyncDispose]: () => rules[Symbol.asyncDispose](),
  }
}

function putData(rules: Rules, sourceId: ManagedObjectId): Promise<DataIds> {
  return rules.run(async ({ repository, now }) => {
    const shared = { sourceId, type: 'acme_Old', time: now, fragments: { acme_Old: { no: 1 } } }
    const times = { creationTime: now, lastUpdated: now }
    const event = await repository.insertEvent({ ...shared, ...times, text: 'old' })
    const alarm = await repository.insertAlarm({
      ...shared,
      ...times,
      text: 'old',
      severity: 'MAJOR',
      status: 'ACTIVE',
      count: 1,
      firstOccurrenceTime: now,
    })
    const measurement = await repository.insertMeasurement(shared)
    return { event: event.id, alarm: alarm.id, measurement: measurement.id }
  })
}
