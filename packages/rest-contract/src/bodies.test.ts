import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Value } from 'typebox/value'
import {
  acceptanceBody,
  externalIdBody,
  managedObjectBody,
  measurementBody,
  newAlarmBody,
  newDeviceRequestBody,
  newEventBody,
  newOperationBody,
} from './bodies.ts'

const bodies = {
  acceptanceBody,
  externalIdBody,
  managedObjectBody,
  measurementBody,
  newAlarmBody,
  newDeviceRequestBody,
  newEventBody,
  newOperationBody,
}

const source = { id: '1' }
const time = '2031-02-11'

// Schema, body, whether it is accepted.
const cases = [
  ['managedObjectBody', {}, true],
  ['managedObjectBody', { name: null, type: 'x', any_Fragment: [null, 1, {}] }, true],
  ['managedObjectBody', { name: 5 }, false],
  ['managedObjectBody', [], false],
  ['measurementBody', { source, type: 't', time }, true],
  ['measurementBody', { source: { id: 7 }, type: 't', time, f: { s: { value: 1 } } }, true],
  ['measurementBody', { source: {}, type: 't', time }, false],
  ['measurementBody', { source: '1', type: 't', time }, false],
  ['measurementBody', { source, type: '', time }, false],
  ['newEventBody', { source, type: 't', time, text: '' }, true],
  ['newEventBody', { source, type: 't', time }, false],
  ['newAlarmBody', { source, type: 't', time, text: 'x', severity: 'major' }, true],
  ['newAlarmBody', { source, type: 't', time, text: 'x' }, false],
  ['newOperationBody', { deviceId: 5 }, true],
  ['newOperationBody', {}, false],
  ['externalIdBody', { type: 'c8y_Serial', externalId: 'x', managedObject: { id: '1' } }, true],
  ['externalIdBody', { type: 'c8y_Serial' }, false],
  ['newDeviceRequestBody', { id: 'meter-8', groupId: 9001 }, true],
  ['newDeviceRequestBody', { id: 8 }, false],
  ['acceptanceBody', { status: 'ACCEPTED', securityToken: null }, true],
] as const

for (const [name, body, accepted] of cases) {
  test(`${name} ${accepted ? 'accepts' : 'refuses'} ${JSON.stringify(body)}`, () => {
    assert.equal(Value.Check(bodies[name], body), accepted)
  })
}
