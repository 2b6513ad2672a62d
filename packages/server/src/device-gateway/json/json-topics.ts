import type { JsonObject, ProcessingMode } from '@pileus/domain'

/** What a JSON message asks for. Handlers: `perform-json.ts`. */
export type JsonCommand =
  | 'createEvent'
  | 'updateEvent'
  | 'deleteEvent'
  | 'createAlarm'
  | 'updateAlarm'
  | 'createMeasurement'
  | 'deleteMeasurement'
  | 'createObject'
  | 'updateObject'
  | 'linkChildDevice'

/** Everything anyone needs to know about one JSON topic. Rows are plain data. */
export interface JsonTopic {
  /** Without the prefix of a mode. `{id}` stands for one segment. */
  readonly topic: string
  readonly command: JsonCommand
  /** The member with the items, where one message carries many: all of them or none. */
  readonly list?: string
  /** The modes that mean something here; with any other prefix it is PERSISTENT. */
  readonly modes: readonly ProcessingMode[]
  readonly ignoresPayload?: true
  readonly summary: string
  /** A payload that is taken: shown in the docs and run by the tests. */
  readonly example?: JsonObject
}

const time = '2032-02-01T08:15:00.250Z'
const seal = { type: 'acme_Seal', text: 'Seal broken', time, acme_Seal: { no: 2 } }
const hot = { type: 'acme_Hot', text: 'Too hot', severity: 'MAJOR', time, acme_Hot: { at: 91 } }
const grid = { type: 'acme_Grid', time, acme_Grid: { U1: { value: 231.2, unit: 'V' } }, phase: 'A' }
/** One that belongs to a child, where {@link seal} and the others belong to the device. */
const ofChild = { externalSource: { externalId: 'meter-8_l1', type: 'c8y_Serial' } }

const everyMode = ['PERSISTENT', 'TRANSIENT', 'QUIESCENT', 'CEP'] as const

/**
 * The JSON topics, what is done for each, and in which modes.
 *
 * @see json-mqtt §2, mqtt-endpoint §9
 */
export const jsonTopics: readonly JsonTopic[] = [
  {
    topic: 'event/events/create',
    command: 'createEvent',
    modes: everyMode,
    summary: 'Record an event. Mandatory: `type`, `text`, `time`.',
    example: seal,
  },
  {
    topic: 'event/events/createBulk',
    command: 'createEvent',
    list: 'events',
    modes: everyMode,
    summary: 'Record several events, all or none.',
    example: { events: [seal, { ...ofChild, ...seal }] },
  },
  {
    topic: 'event/events/update/{id}',
    command: 'updateEvent',
    modes: ['PERSISTENT'],
    summary: 'Change the text and members of an event; `null` removes a member.',
    example: { text: 'Seal replaced', acme_Seal: null },
  },
  {
    topic: 'event/events/delete/{id}',
    command: 'deleteEvent',
    modes: ['PERSISTENT'],
    ignoresPayload: true,
    summary: 'Delete an event.',
  },
  {
    topic: 'alarm/alarms/create',
    command: 'createAlarm',
    modes: ['PERSISTENT', 'TRANSIENT'],
    summary:
      'Raise an alarm, or count one more occurrence of it. Mandatory: `type`, `text`, `severity`, `time`; `status` is `ACTIVE` unless given.',
    example: hot,
  },
  {
    topic: 'alarm/alarms/createBulk',
    command: 'createAlarm',
    list: 'alarms',
    modes: ['PERSISTENT', 'TRANSIENT'],
    summary: 'Raise several alarms, all or none.',
    example: { alarms: [hot, { ...ofChild, ...hot }] },
  },
  {
    topic: 'alarm/alarms/update/{id}',
    command: 'updateAlarm',
    modes: ['PERSISTENT'],
    summary:
      'Change text, severity, status and members of an alarm; `null` removes a member. `CLEARED` is final.',
    example: { status: 'ACKNOWLEDGED', acme_By: 'shift B' },
  },
  {
    topic: 'measurement/measurements/create',
    command: 'createMeasurement',
    modes: everyMode,
    summary:
      'Record a measurement. Mandatory: `type`, `time` and at least one object; a series is a member of it with a numeric `value`.',
    example: grid,
  },
  {
    topic: 'measurement/measurements/createBulk',
    command: 'createMeasurement',
    list: 'measurements',
    modes: everyMode,
    summary: 'Record several measurements, all or none.',
    example: { measurements: [grid, { ...ofChild, ...grid }] },
  },
  {
    topic: 'measurement/measurements/delete/{id}',
    command: 'deleteMeasurement',
    modes: ['PERSISTENT'],
    ignoresPayload: true,
    summary: 'Delete a measurement.',
  },
  {
    topic: 'inventory/managedObjects/create',
    command: 'createObject',
    modes: ['PERSISTENT'],
    summary:
      'Create an object of the connected user, not linked to the device; `externalSource` names the external id to give it.',
    example: { name: 'Tariffs', type: 'acme_Tariffs', acme_Night: { from: 22 } },
  },
  {
    topic: 'inventory/managedObjects/update/{id}',
    command: 'updateObject',
    modes: ['PERSISTENT', 'QUIESCENT'],
    summary:
      'Replace members of an object, `null` removes one; `{}` is a sign of life. `{id}` is an external id of type `c8y_Serial` or an internal id.',
    example: { acme_Tariff: { zone: 'day' }, acme_Legacy: null },
  },
  {
    topic: 'inventory/managedObjects/{id}/childDevices/create',
    command: 'linkChildDevice',
    modes: ['PERSISTENT'],
    summary: 'Hang an existing object, given by internal id, below another one.',
    example: { managedObject: { id: '7703' } },
  },
]

const patterns = jsonTopics.map((row) => ({ row, segments: row.topic.split('/') }))

/** The row of a topic without prefix, and what stands for `{id}`: '' where it has none. */
export function findJsonTopic(
  segments: readonly string[],
): { readonly row: JsonTopic; readonly id: string } | undefined {
  for (const { row, segments: pattern } of patterns) {
    let id = ''
    const fits =
      pattern.length === segments.length &&
      pattern.every((expected, index) => {
        const segment = segments[index] ?? ''
        if (expected !== '{id}') return segment === expected
        id = segment
        return true
      })
    if (fits) return { row, id }
  }
  return undefined
}
