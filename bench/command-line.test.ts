import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  CommandLineError,
  describeOptions,
  type OptionTable,
  parseOptions,
} from './command-line.ts'

const table = {
  devices: { type: 'count', default: 1000, meaning: 'Connections' },
  messages: { type: 'count', default: undefined, meaning: 'Ends after so many' },
  seconds: { type: 'seconds', default: 5, meaning: 'How long' },
  peers: { type: 'names', default: ['one', 'two'], meaning: 'Who' },
  json: { type: 'file', default: undefined, meaning: 'Where to' },
} as const satisfies OptionTable

test('what is not given has its default', () => {
  assert.deepEqual(parseOptions(table, []), {
    devices: 1000,
    messages: undefined,
    seconds: 5,
    peers: ['one', 'two'],
    json: undefined,
  })
})

test('values have the types of their rows', () => {
  const args = ['--devices', '7', '--seconds=0.5', '--peers', 'two, one', '--json', 'out.json']
  assert.deepEqual(parseOptions(table, args), {
    devices: 7,
    messages: undefined,
    seconds: 0.5,
    peers: ['two', 'one'],
    json: 'out.json',
  })
})

const refused = [
  ['--devices', '0'],
  ['--devices', '1e3'],
  ['--devices', '-1'],
  ['--seconds', '0'],
  ['--seconds', 'ten'],
  ['--speed', '9'],
  ['--devices'],
  ['devices'],
]

for (const args of refused) {
  test(`refuses ${args.join(' ')}`, () => {
    assert.throws(() => parseOptions(table, args), CommandLineError)
  })
}

test('the help has a line for each option, with its default', () => {
  const lines = describeOptions(table).split('\n')
  assert.equal(lines.length, Object.keys(table).length)
  assert.equal(lines[0], '    --devices N   Connections (1000)')
  assert.equal(lines[4], '    --json FILE   Where to')
})
