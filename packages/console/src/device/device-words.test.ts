import assert from 'node:assert/strict'
import { test } from 'node:test'
import { deviceName } from './device-name.ts'
import { confirmationText } from './device-words.ts'

const names = [
  { name: 'Pump 7', called: 'Pump 7', typed: 'Pump 7' },
  { name: 'Käthe’s meter (2)', called: 'Käthe’s meter (2)', typed: 'Käthe’s meter (2)' },
  { name: undefined, called: '17', typed: '17' },
  { name: '   ', called: '17', typed: '17' },
  { name: 42, called: '17', typed: '17' },
  { name: 'two  spaces', called: 'two  spaces', typed: '17' },
  { name: ' Pump', called: ' Pump', typed: '17' },
  { name: 'line\nbreak', called: 'line\nbreak', typed: '17' },
  { name: 'right \u202eot tfel', called: 'right \u202eot tfel', typed: '17' },
  { name: 'x'.repeat(61), called: 'x'.repeat(61), typed: '17' },
]

for (const { name, called, typed } of names) {
  test(`a device that says its name is ${JSON.stringify(name)}`, () => {
    assert.equal(deviceName({ id: '17', name }), called)
    assert.equal(confirmationText({ id: '17', name }), typed)
  })
}
