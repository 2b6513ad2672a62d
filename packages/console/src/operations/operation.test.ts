import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  cancellation,
  findShellExchange,
  fragmentsOf,
  retryBody,
  shownStatus,
} from './operation.ts'

const failedCommand = {
  id: '7',
  self: 'http://host/devicecontrol/operations/7',
  deviceId: '30417',
  deviceName: 'Pump 7',
  agentId: '30417',
  deviceExternalIDs: { externalIds: [] },
  bulkOperationId: 3,
  status: 'FAILED',
  failureReason: 'no shell',
  creationTime: '2031-02-11T07:02:11.004Z',
  delivery: { status: 'DELIVERED', time: '2031-02-11T07:02:11.004Z', log: [] },
  description: 'Execute shell command',
  c8y_Command: { text: 'uptime', result: 'up', deliveryType: 'IP' },
  result: 'a fragment of this name is one',
} as const

test('a cancelled operation has failed with exactly the words of a cancellation', () => {
  assert.equal(shownStatus(cancellation), 'CANCELLED')
  assert.equal(shownStatus({ status: 'FAILED', failureReason: 'Operation cancelled' }), 'FAILED')
  assert.equal(shownStatus({ status: 'FAILED' }), 'FAILED')
  assert.equal(shownStatus({ ...cancellation, status: 'SUCCESSFUL' }), 'SUCCESSFUL')
})

test('a retry asks for the same without what was added to it', () => {
  assert.deepEqual(retryBody(failedCommand), {
    deviceId: '30417',
    description: 'Execute shell command',
    c8y_Command: { text: 'uptime', deliveryType: 'IP' },
    result: 'a fragment of this name is one',
  })
})

test('a retry of a log request has no file', () => {
  const request = { deviceId: '1', c8y_LogfileRequest: { logFile: 'journal', file: 'http://x' } }
  assert.deepEqual(retryBody(request)['c8y_LogfileRequest'], { logFile: 'journal' })
})

test('a retry keeps fragments that are no objects', () => {
  const odd = { deviceId: '1', c8y_Command: null, c8y_SoftwareList: ['file'] }
  assert.deepEqual(retryBody(odd), odd)
})

test('fragments are what the device is asked to do', () => {
  assert.deepEqual(Object.keys(fragmentsOf(failedCommand)), ['c8y_Command', 'result'])
})

test('a command has a transcript, whatever is missing in it', () => {
  assert.deepEqual(findShellExchange(failedCommand), { command: 'uptime', result: 'up' })
  assert.deepEqual(findShellExchange({ c8y_Command: { text: 'ls' } }), {
    command: 'ls',
    result: undefined,
  })
  assert.equal(findShellExchange({ c8y_Command: { text: 5 } }), undefined)
  assert.equal(findShellExchange({ c8y_Restart: {} }), undefined)
})
