import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { jsonTopics } from './json/json-topics.ts'
import type { Route } from './route-topic.ts'
import { routeTopic } from './route-topic.ts'

// What the topics of the specification mean stands in the golden cases (addressing.json); here is
// the grammar as a list of patterns, slow and obvious, to compare with.

interface Form {
  /** `*` stands for one segment, which is kept. */
  readonly pattern: string
  readonly route: (mode: Mode, ...kept: readonly string[]) => Route
}

const modes = { s: 'PERSISTENT', t: 'TRANSIENT', q: 'QUIESCENT', c: 'CEP' } as const
type Mode = (typeof modes)[keyof typeof modes]

const withChild = (child: string | undefined) => (child === undefined ? {} : { child })

const forms: readonly Form[] = [
  ...Object.keys(modes).flatMap((letter): Form[] => [
    { pattern: `${letter}/us`, route: (mode) => ({ kind: 'static', mode }) },
    {
      pattern: `${letter}/us/*`,
      route: (mode, child) => ({ kind: 'static', mode, ...withChild(child) }),
    },
    { pattern: `${letter}/ud`, route: (mode) => ({ kind: 'default', mode }) },
    {
      pattern: `${letter}/ud/*`,
      route: (mode, child) => ({ kind: 'default', mode, ...withChild(child) }),
    },
    {
      pattern: `${letter}/uc/*`,
      route: (mode, template = '') => ({ kind: 'custom', mode, template }),
    },
    {
      pattern: `${letter}/uc/*/*`,
      route: (mode, template = '', child) => ({
        kind: 'custom',
        mode,
        template,
        ...withChild(child),
      }),
    },
    {
      pattern: `${letter}/ul/*`,
      route: (mode, template = '') => ({ kind: 'smartrest-1', mode, template }),
    },
  ]),
  { pattern: 's/ut/*', route: (_, template = '') => ({ kind: 'template-creation', template }) },
  { pattern: 's/ucr', route: () => ({ kind: 'credentials-request' }) },
  { pattern: 's/uat', route: () => ({ kind: 'token-request' }) },
  ...['', 't/', 'q/', 'c/'].flatMap((prefix): Form[] =>
    jsonTopics.map((topic) => ({
      pattern: prefix + topic.topic.replace('{id}', '*'),
      route: (mode, id = '') => ({ kind: 'json', mode, topic, id }),
    })),
  ),
]

function routeSlowly(topic: string): Route {
  const trimmed = topic.replace(/^\//, '').replace(/\/$/, '')
  const segments = trimmed.split('/')
  const mode = Object.entries(modes).find(([letter]) => letter === segments[0])?.[1]
  for (const { pattern, route } of forms) {
    const expected = pattern.split('/')
    const fits =
      expected.length === segments.length &&
      expected.every(
        (name, index) => segments[index] !== '' && (name === '*' || name === segments[index]),
      )
    if (!fits) continue
    const kept = segments.filter((_, index) => expected[index] === '*')
    return route(mode ?? 'PERSISTENT', ...kept)
  }
  const isSmartRest =
    segments[0] === 's' ||
    (mode !== undefined && ['us', 'ud', 'uc', 'ul'].includes(segments[1] ?? ''))
  return { kind: 'invalid', isSmartRest }
}

const aSegment = fc.oneof(
  fc.constantFrom('s', 't', 'q', 'c', 'us', 'ud', 'uc', 'ul', 'ut', 'ucr', 'uat', 'x', ''),
  fc.constantFrom('event', 'events', 'create', 'createBulk', 'update', 'delete', 'alarm', 'alarms'),
  fc.constantFrom('measurement', 'measurements', 'inventory', 'managedObjects', 'childDevices'),
  fc.constantFrom('__proto__', 'constructor', 'toString', 'S', 'US', 'a:b', '温度'),
)
const nearMiss = fc
  .tuple(
    fc.constantFrom(...forms),
    fc.array(aSegment, { maxLength: 2 }),
    fc.constantFrom('', '/', '//'),
  )
  .map(
    ([{ pattern }, more, end]) =>
      [...pattern.replaceAll('*', 'any').split('/'), ...more].join('/') + end,
  )
const anyTopic = fc.oneof(
  nearMiss,
  nearMiss.map((topic) => `/${topic}`),
  fc.array(aSegment, { maxLength: 6 }).map((segments) => segments.join('/')),
  fc.string({ maxLength: 12 }),
)

test('a topic means what the list of patterns says', () => {
  fc.assert(
    fc.property(anyTopic, (topic) => {
      assert.deepEqual(routeTopic(topic), routeSlowly(topic))
    }),
    { numRuns: 1000 },
  )
})

test('every pattern is reached', () => {
  for (const { pattern } of forms) {
    const topic = pattern.replaceAll('*', 'any')
    assert.deepEqual(routeTopic(topic), routeSlowly(topic))
    assert.notEqual(routeTopic(topic).kind, 'invalid', topic)
  }
})
