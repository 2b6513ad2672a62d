import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { answerCommand, nextTemperature } from './pretend-device.ts'

const device = { startedAt: 0, temperature: 21 }

const answers = [
  ['uptime', 'up 1 min 5 s'],
  ['  echo  a  b ', 'a  b'],
  ['echo $(id); id', '$(id); id'],
  ['echo two\nlines', 'two\nlines'],
  ['temperature', '21.0 C'],
] as const
for (const [command, answer] of answers) {
  test(`${JSON.stringify(command)} is answered in words`, () => {
    assert.equal(answerCommand(command, device, 65_000), answer)
  })
}

test('help names every command', () => {
  const help = answerCommand('help', device, 0)
  assert.deepEqual(help.match(/^\w+/gm), ['help', 'uptime', 'echo', 'temperature'])
})

for (const command of ['', 'id', 'constructor', '__proto__', 'uptime;id']) {
  test(`${JSON.stringify(command)} is unknown, and the answer says what is not`, () => {
    assert.throws(() => answerCommand(command, device, 0), /Unknown command.*help, uptime/)
  })
}

test('temperatures stay where rooms are, with one decimal', () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 500 }),
      (draws) => {
        let temperature = 21
        for (const draw of draws) {
          temperature = nextTemperature(temperature, draw)
          assert.ok(temperature > 5 && temperature < 37)
          assert.equal(temperature, Number(temperature.toFixed(1)))
        }
      },
    ),
  )
})
