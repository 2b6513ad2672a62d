import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import type { Qos } from './session-ports.ts'
import { isFilterGranted, Subscriptions } from './subscription-filters.ts'

/** The table of mqtt-endpoint §6.2; `*` stands for one segment without wildcard. */
const table = [
  's/ds',
  's/dt',
  's/dcr',
  's/dat',
  's/e',
  's/dc/*',
  's/dc/#',
  's/dl',
  's/dl/*',
  's/dl/#',
  's/ol/*',
  'error',
  'devicecontrol/notifications',
  'notification/operations',
]

function isInTable(filter: string): boolean {
  const segments = filter.split('/')
  return table.some((row) => {
    const expected = row.split('/')
    return (
      expected.length === segments.length &&
      expected.every((name, index) => {
        const segment = segments[index] ?? ''
        return name === '*'
          ? segment !== '' &&
              !Array.from(segment).some((character) => '+#\u0000'.includes(character))
          : segment === name
      })
    )
  })
}

const aSegment = fc.oneof(
  fc.constantFrom(
    's',
    'ds',
    'dd',
    'dt',
    'dcr',
    'dat',
    'e',
    'dc',
    'dl',
    'ol',
    'us',
    'ucr',
    '#',
    '+',
  ),
  fc.constantFrom('error', 'devicecontrol', 'notifications', 'notification', 'operations', '$SYS'),
  fc.constantFrom('acmeProto', '__proto__', 'constructor', 'a#', 'a+b', 'a:b', ''),
)
const aFilter = fc.oneof(
  fc.array(aSegment, { maxLength: 4 }).map((segments) => segments.join('/')),
  fc.tuple(fc.constantFrom(...table), aSegment).map(([row, segment]) => row.replace('*', segment)),
)

describe('a filter', () => {
  test('is granted to a device where it stands in the table', () => {
    fc.assert(
      fc.property(aFilter, fc.boolean(), (filter, hasTemplate) => {
        const subscriber = {
          isBootstrap: false,
          ...(hasTemplate ? { defaultTemplate: 'acmeProto' } : {}),
        }
        const expected = filter === 's/dd' ? hasTemplate : isInTable(filter)
        assert.equal(isFilterGranted(filter, subscriber), expected)
      }),
      { numRuns: 500 },
    )
  })

  test('of a bootstrap session is s/dcr or s/e', () => {
    fc.assert(
      fc.property(aFilter, (filter) => {
        const isGranted = isFilterGranted(filter, { isBootstrap: true })
        assert.equal(isGranted, ['s/dcr', 's/e'].includes(filter))
      }),
      { numRuns: 500 },
    )
  })
})

test('a topic has the highest QoS of the filters that cover it', () => {
  const aFilter = fc.constantFrom(
    's/ds',
    's/e',
    's/dc/a',
    's/dc/__proto__',
    's/dc/#',
    's/dl',
    's/dl/#',
  )
  const aStep = fc.record({
    do: fc.constantFrom('set', 'delete'),
    filter: aFilter,
    qos: fc.constantFrom<Qos>(0, 1, 2),
  })
  const covering: Readonly<Record<string, readonly string[]>> = {
    's/ds': ['s/ds'],
    's/e': ['s/e'],
    's/dc/a': ['s/dc/a', 's/dc/#'],
    's/dc/b': ['s/dc/#'],
    's/dc/__proto__': ['s/dc/__proto__', 's/dc/#'],
    's/dcr': [],
    's/dl': ['s/dl', 's/dl/#'],
    's/dl/a': ['s/dl/#'],
    constructor: [],
  }
  fc.assert(
    fc.property(fc.array(aStep), (steps) => {
      const subscriptions = new Subscriptions()
      const model = new Map<string, Qos>()
      for (const { do: what, filter, qos } of steps) {
        if (what === 'set') model.set(filter, qos)
        else model.delete(filter)
        if (what === 'set') subscriptions.set(filter, qos)
        else subscriptions.delete(filter)
        for (const [topic, filters] of Object.entries(covering)) {
          const granted = filters
            .map((each) => model.get(each))
            .filter((each) => each !== undefined)
          const expected = granted.length === 0 ? undefined : Math.max(...granted)
          assert.equal(subscriptions.qosOf(topic), expected, topic)
        }
      }
    }),
  )
})
