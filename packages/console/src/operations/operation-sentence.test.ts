import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { describeOperation } from './operation-sentence.ts'

const cases = [
  { operation: { c8y_Restart: {} }, sentence: 'Restart device' },
  { operation: { c8y_Command: { text: 'uptime -p' } }, sentence: 'Shell: uptime -p' },
  { operation: { c8y_Command: { text: 'a\n  b' } }, sentence: 'Shell: a b' },
  { operation: { c8y_Command: {} }, sentence: 'Shell: no command' },
  { operation: { c8y_LogfileRequest: { logFile: 'journal' } }, sentence: 'Retrieve log: journal' },
  { operation: { c8y_UploadConfigFile: {} }, sentence: 'Retrieve configuration' },
  {
    operation: { c8y_Firmware: { name: 'pump-os', version: '4.2.0', url: 'x' } },
    sentence: 'Install firmware: pump-os 4.2.0',
  },
  { operation: { c8y_SoftwareUpdate: [{}, {}] }, sentence: 'Change software: 2 packages' },
  { operation: { c8y_RelayArray: ['OPEN'] }, sentence: 'Set 1 relay' },
  { operation: { c8y_Relay: { relayState: 'OPEN' } }, sentence: 'Set relay: OPEN' },
  {
    operation: { c8y_ServiceCommand: { command: 'RESTART', serviceName: 'collector' } },
    sentence: 'RESTART collector',
  },
  { operation: { profileId: '8300', c8y_DeviceProfile: {} }, sentence: 'Assign a device profile' },
  { operation: { acme_Valve: { open: true } }, sentence: 'acme_Valve' },
  { operation: { description: 'Open the valve', acme_Valve: {} }, sentence: 'Open the valve' },
  {
    operation: { description: 'Execute shell command: Uptime', c8y_Command: { text: 'uptime' } },
    sentence: 'Shell: uptime',
  },
  { operation: { description: 'Clean up', c8y_Command: { text: 'x' } }, sentence: 'Clean up' },
  { operation: { description: '  ', c8y_Restart: {} }, sentence: 'Restart device' },
  { operation: { id: '1', status: 'PENDING', deviceId: '2' }, sentence: 'Operation' },
  { operation: { constructor: {} }, sentence: 'constructor' },
] as const

for (const { operation, sentence } of cases) {
  test(`${JSON.stringify(operation)} is "${sentence}"`, () => {
    assert.equal(describeOperation(operation), sentence)
  })
}

test('whatever an operation has in it, it is one line', () => {
  const fragments = fc.dictionary(
    fc.constantFrom('c8y_Command', 'c8y_Firmware', 'c8y_SoftwareList', 'description', 'x'),
    fc.jsonValue(),
  )
  fc.assert(
    fc.property(fragments, (operation) => {
      assert.match(describeOperation(operation), /^\S.*$/)
    }),
  )
})
