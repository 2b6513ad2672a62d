import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Operation } from './operation.ts'
import type { FieldValues, OperationTarget } from './operation-kinds.ts'
import {
  explainUnsupported,
  operationKinds,
  reachOf,
  supportedOperationsOf,
} from './operation-kinds.ts'

const target: OperationTarget = { deviceId: '30417', supportedOperations: ['c8y_Restart'] }

function build(kindId: string, values: FieldValues) {
  const kind = operationKinds.find(({ id }) => id === kindId)
  assert.ok(kind)
  return kind.build(values, target)
}

test('a restart has the body of the catalogue', () => {
  assert.deepEqual(build('restart', {}), {
    ok: true,
    body: { deviceId: '30417', description: 'Restart device', c8y_Restart: {} },
    remarks: [],
  })
})

test('a command is sent as it was typed', () => {
  assert.deepEqual(build('command', { text: ' ls\n-l ' }), {
    ok: true,
    body: {
      deviceId: '30417',
      description: 'Execute shell command',
      c8y_Command: { text: ' ls\n-l ' },
    },
    remarks: [],
  })
})

test('a preset adds its name to the description', () => {
  const result = build('command', { text: 'uptime' })
  assert.ok(result.ok)
  assert.equal(result.body['description'], 'Execute shell command: Uptime')
})

test('a command of white space is none', () => {
  assert.deepEqual(build('command', { text: ' \n' }), { ok: false })
})

const refused = [
  { json: '{"c8y_Restart":{}', words: /^Line 1, column 18: Expected "," or "}"/ },
  { json: '[]', words: /is an object/ },
  { json: 'null', words: /is an object/ },
  { json: '{}', words: /at least one fragment/ },
  { json: '{"description":"x"}', words: /at least one fragment/ },
  { json: '{"description":"x","status":"PENDING"}', words: /at least one fragment/ },
  { json: '{"":{}}', words: /no name/ },
  { json: '{"deviceId":"1","c8y_Restart":{}}', words: /another device/ },
] as const

for (const { json, words } of refused) {
  test(`refuses ${json}`, () => {
    const result = build('json', { json })
    assert.ok(!result.ok)
    assert.match(result.problem ?? '', words)
  })
}

test('a whole operation can be pasted: what the platform sets is left out, and said so', () => {
  const json = JSON.stringify({ id: '7', status: 'FAILED', deviceId: '30417', c8y_Restart: {} })
  assert.deepEqual(build('json', { json }), {
    ok: true,
    body: { deviceId: '30417', c8y_Restart: {} },
    remarks: ['Left out, since the platform sets it: id, status.'],
  })
})

test('what the device does not support may be sent, but not without a remark', () => {
  const result = build('json', { json: '{"acme_Valve":{"open":true}}' })
  assert.ok(result.ok)
  assert.equal(result.remarks.length, 1)
})

test('what a new JSON operation begins with is JSON and asks to be completed', () => {
  const initial = operationKinds.find(({ id }) => id === 'json')?.fields[0]?.initial ?? ''
  const result = build('json', { json: initial })
  assert.ok(!result.ok)
  assert.match(result.problem ?? '', /no name/)
})

test('what a device does not name is not offered, and why', () => {
  const restart = { label: 'Restart', fragment: 'c8y_Restart' }
  assert.equal(explainUnsupported(restart, ['c8y_Restart']), undefined)
  assert.match(explainUnsupported(restart, []) ?? '', /c8y_Restart.*has not said/)
  assert.match(explainUnsupported(restart, ['c8y_Command']) ?? '', /It supports c8y_Command\./)
  assert.equal(explainUnsupported({ label: 'JSON' }, []), undefined)
})

test('supported operations are the texts of the list', () => {
  assert.deepEqual(supportedOperationsOf({ c8y_SupportedOperations: ['a', 1, 'b'] }), ['a', 'b'])
  assert.deepEqual(supportedOperationsOf({ c8y_SupportedOperations: { a: 1 } }), [])
  assert.deepEqual(supportedOperationsOf({}), [])
})

const now = Date.parse('2031-02-11T07:00:10.000Z')
const unsent = {
  id: '1',
  self: '',
  deviceId: '30417',
  agentId: '30417',
  status: 'PENDING',
  creationTime: '2031-02-11T07:00:00.000Z',
  c8y_Restart: {},
} as const

const reaches = [
  { name: 'an operation that is not sent', operation: unsent, reach: 'away' },
  {
    name: 'one that is sent',
    operation: { ...unsent, delivery: { status: 'SEND', time: unsent.creationTime, log: [] } },
    reach: 'unknown',
  },
  {
    name: 'one that was just created',
    operation: { ...unsent, creationTime: '2031-02-11T07:00:09.000Z' },
    reach: 'unknown',
  },
  {
    name: 'one that no row says',
    operation: { ...unsent, c8y_Restart: undefined, acme_Valve: {} },
    reach: 'unknown',
  },
  { name: 'one that goes on', operation: { ...unsent, status: 'EXECUTING' }, reach: 'unknown' },
] as const

for (const { name, operation, reach } of reaches) {
  test(`after ${name} the way to the device is ${reach}`, () => {
    const sent: Operation = JSON.parse(JSON.stringify(operation))
    assert.equal(reachOf([sent], now), reach)
  })
}
