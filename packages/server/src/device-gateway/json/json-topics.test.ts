import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { DomainEvent, ProcessingMode } from '@pileus/domain'
import { openJsonScene } from './json-scene.fixture.ts'
import type { JsonTopic } from './json-topics.ts'
import { jsonTopics } from './json-topics.ts'

const letters = { PERSISTENT: '', TRANSIENT: 't/', QUIESCENT: 'q/', CEP: 'c/' } as const

test('rows are plain data with distinct topics', () => {
  assert.deepEqual(JSON.parse(JSON.stringify(jsonTopics)), jsonTopics)
  assert.equal(new Set(jsonTopics.map(({ topic }) => topic)).size, jsonTopics.length)
})

/** Does what the example of a row says, and gives what was announced. */
async function performExample(row: JsonTopic, mode: ProcessingMode): Promise<readonly string[]> {
  await using scene = await openJsonScene()
  await scene.announced()
  const idOf: Readonly<Record<string, string>> = {
    updateEvent: scene.ours.event,
    deleteEvent: scene.ours.event,
    updateAlarm: scene.ours.alarm,
    deleteMeasurement: scene.ours.measurement,
    updateObject: 'meter-8',
    linkChildDevice: 'meter-8',
  }
  const topic = letters[mode] + row.topic.replace('{id}', idOf[row.command] ?? '')
  // The example names an id that a reader takes for one.
  const payload = JSON.stringify(row.example ?? {}).replace('"7703"', `"${scene.ids.spare}"`)
  assert.equal(await scene.publish(topic, payload), undefined)
  return (await scene.announced()).map(nameOf)
}

function nameOf(event: DomainEvent): string {
  return 'mode' in event ? `${event.kind} ${event.mode}` : event.kind
}

describe('the example is done', () => {
  for (const row of jsonTopics) {
    const kinds: Readonly<Record<JsonTopic['command'], string>> = {
      createEvent: 'eventCreated',
      updateEvent: 'eventUpdated',
      deleteEvent: 'eventDeleted',
      createAlarm: 'alarmCreated',
      updateAlarm: 'alarmUpdated',
      createMeasurement: 'measurementCreated',
      deleteMeasurement: 'measurementDeleted',
      createObject: 'managedObjectCreated',
      updateObject: 'managedObjectUpdated',
      linkChildDevice: 'childAssigned',
    }
    for (const mode of Object.keys(letters) as readonly ProcessingMode[]) {
      test(`${letters[mode]}${row.topic}`, async () => {
        const announced = await performExample(row, mode)
        const kind = kinds[row.command]
        // Where modes mean something they are told with the event.
        const told = row.modes.length > 1
        const expected = told ? `${kind} ${row.modes.includes(mode) ? mode : 'PERSISTENT'}` : kind
        assert.deepEqual(announced, row.list === undefined ? [expected] : [expected, expected])
      })
    }
  }
})
