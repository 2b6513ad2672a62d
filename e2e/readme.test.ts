import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { openVisitor, skipWithoutBrowser } from './open-browser.ts'
import { readShBlocks, runInShell } from './sh-blocks.ts'
import { Shell } from './shell.ts'
import { signIn } from './sign-in.ts'
import { startPlatform } from './start-platform.ts'

// Goal: whoever copies the README's commands gets what it says. Method: its sh blocks, run as they
// stand in one shell, with the ports of a platform of our own in place of the usual ones.

const readme = readFileSync(join(import.meta.dirname, '..', 'README.md'), 'utf8')
const [start, ...others] = readShBlocks('README.md')
/** The one that goes on until it is stopped, in a terminal of its own. */
const playDevice = others.find((block) => block.includes('pileus device run')) ?? ''
const commands = others.filter((block) => block !== playDevice)
const missing = ['mosquitto_pub', 'mosquitto_sub', 'curl'].filter(
  (program) => spawnSync('sh', ['-c', `command -v ${program}`]).status !== 0,
)
const skip = missing.length > 0 && `${missing.join(' and ')} not installed`

test('begins with the one command that starts the platform', () => {
  assert.equal(start, 'npm start\n')
})

test('its commands lead a device through its life', { skip }, async () => {
  await using platform = await startPlatform()
  const said = await runInShell(platform, commands)
  const [sent, readBack = '', ...life] = said
  assert.equal(sent, '')
  assert.match(readBack, /"c8y_TemperatureMeasurement":\{"T":\{"value":25,"unit":"C"\}\}/)
  const told = life.join('\n')
  assert.match(told, /^s\/ds 510,meter-8$/m)
  assert.match(told, /"status":"SUCCESSFUL"/)
  assert.match(told, /"status":"DELIVERED"/)
  const [device] = (await platform.rest.get('/inventory/managedObjects?type=acme_Meter'))
    .managedObjects
  assert.equal(device.name, 'Meter hall 2')
  assert.equal(device.owner, 'device_meter-8')
  assert.deepEqual(device.c8y_RequiredAvailability, { responseInterval: 20 })
  const [child] = device.childDevices.references
  assert.equal(child.managedObject.name, 'Phase 1')
})

test('its words lead to a device that an operator lets in', {
  skip: skipWithoutBrowser,
}, async (t) => {
  const bold = [...readme.matchAll(/\*([A-Z][\w ]+)\*/g)].map(([, word]) => word)
  for (const word of [
    'Registration',
    'Register devices',
    'Device id',
    'Register device',
    'Accept',
  ]) {
    assert.ok(bold.includes(word), `the page's word *${word}*`)
  }
  const [, id = ''] = /--id (\S+)/.exec(playDevice) ?? []
  await using platform = await startPlatform()
  const home = mkdtempSync(join(tmpdir(), 'pileus-readme-'))
  t.after(() => rmSync(home, { recursive: true }))
  await using visitor = await openVisitor(platform.httpUrl)
  const { page, complaints } = visitor
  await page.goto(`${platform.httpUrl}/console/`)
  await signIn(page, platform)
  await page.getByRole('link', { name: 'Registration' }).click()
  // Where no device is expected, the empty list offers it too.
  await page.getByRole('button', { name: 'Register devices' }).first().click()
  await page.getByLabel('Device id').fill(id)
  await page.getByRole('button', { name: 'Register device', exact: true }).click()
  await using device = new Shell(
    playDevice,
    {
      BOOTSTRAP: platform.bootstrapPassword,
      PILEUS_HTTP_PORT: new URL(platform.httpUrl).port,
      PILEUS_MQTT_PORT: String(platform.mqttPort),
      XDG_CONFIG_HOME: home,
    },
    join(import.meta.dirname, '..'),
  )
  await page.getByRole('button', { name: `Accept ${id}` }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Accept' }).click()
  await page.getByRole('link', { name: 'Open device' }).click()
  await page.getByRole('tab', { name: 'Measurements' }).click()
  await page.getByText('c8y_TemperatureMeasurement').first().waitFor()
  assert.deepEqual(complaints, [])
  assert.match(device.stdout, /c8y_TemperatureMeasurement|211,/)
})
