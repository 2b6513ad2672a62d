import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runCommand } from './shell.ts'

const context = {
  id: 'room-1',
  upMs: 150_000,
  state: { temperature: 4.25, isDoorOpen: true, alarms: ['sim_DoorOpen'] },
}

const answers = [
  ['help', 'A simulated device. Commands: help, echo, hostname, uptime, temperature, status'],
  ['echo  a "b"', 'a "b"'],
  [' hostname ', 'room-1'],
  ['uptime', 'up 2 min'],
  ['temperature', '4.25 °C'],
  ['status', 'temperature: 4.25 °C\ndoor: open\nalarms: sim_DoorOpen'],
] as const

for (const [text, answer] of answers) {
  test(text, () => {
    assert.equal(runCommand(text, context), answer)
  })
}

for (const text of ['rm -rf /', '', 'constructor', 'Help']) {
  test(`"${text}" is no command`, () => {
    assert.throws(() => runCommand(text, context), /has no command/)
  })
}
