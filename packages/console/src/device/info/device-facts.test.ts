import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ManagedObjectRepresentation } from '@pileus/rest-contract'
import { findPosition, formatPosition, listDeviceFacts } from './device-facts.ts'

const references = { self: '', references: [] }
const device = (fragments: Readonly<Record<string, unknown>>): ManagedObjectRepresentation => ({
  id: '17',
  self: '',
  owner: 'device_pump',
  creationTime: '2031-02-11T07:02:00.000Z',
  lastUpdated: '2031-02-11T07:02:00.000Z',
  childDevices: references,
  childAssets: references,
  childAdditions: references,
  deviceParents: references,
  assetParents: references,
  additionParents: references,
  ...fragments,
})

const factsOf = (fragments: Readonly<Record<string, unknown>>) =>
  listDeviceFacts(device(fragments)).map(({ name, values }) => `${name}: ${values.join(' | ')}`)

const always = ['Id: 17', 'Owner: device_pump']

const cases = [
  { title: 'nothing', fragments: {}, facts: always },
  {
    title: 'hardware and firmware',
    fragments: {
      type: 'acme_Pump',
      c8y_Hardware: { model: 'P7', revision: '', serialNumber: 4711 },
      c8y_Firmware: { name: 'pump-fw', version: '2.1' },
      c8y_Agent: { version: '1.4' },
    },
    facts: [
      'Type: acme_Pump',
      ...always,
      'Model: P7',
      'Serial number: 4711',
      'Firmware: pump-fw 2.1',
      'Agent: 1.4',
    ],
  },
  {
    title: 'fragments that are not what they should be',
    fragments: { c8y_Hardware: 'P7', c8y_Firmware: null, c8y_Mobile: [], c8y_Agent: { name: {} } },
    facts: always,
  },
  {
    title: 'operations, of which some are no names',
    fragments: { c8y_SupportedOperations: ['c8y_Restart', 7, null, 'c8y_Command'] },
    facts: [...always, 'Operations: c8y_Restart | 7 | c8y_Command'],
  },
  {
    title: 'an availability',
    fragments: { c8y_RequiredAvailability: { responseInterval: 20 } },
    facts: [...always, 'Must report: every 20 minutes'],
  },
  {
    title: 'maintenance, as a text',
    fragments: { c8y_RequiredAvailability: { responseInterval: '-1' } },
    facts: [...always, 'Must report: not now: in maintenance'],
  },
]

for (const { title, fragments, facts } of cases) {
  test(`a device that says ${title}`, () => {
    assert.deepEqual(factsOf(fragments).toSorted(), facts.toSorted())
  })
}

const positions = [
  { position: { lat: 51.2277, lng: 6.7735, alt: 38 }, shown: '51.22770, 6.77350' },
  { position: { lat: '51.2', lng: '-6.7' }, shown: '51.20000, -6.70000' },
  { position: { lat: 91, lng: 0 }, shown: undefined },
  { position: { lat: 51 }, shown: undefined },
  { position: { lat: '', lng: '' }, shown: undefined },
  { position: 'here', shown: undefined },
]

for (const { position, shown } of positions) {
  test(`the position ${JSON.stringify(position)}`, () => {
    const found = findPosition(device({ c8y_Position: position }))
    assert.equal(found && formatPosition(found), shown)
  })
}
