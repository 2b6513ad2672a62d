import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Platform } from './start-platform.ts'
import { startPlatform } from './start-platform.ts'

// Goal: whoever copies the README's commands gets what it says. Method: its sh blocks, run as they
// stand in one shell, with the ports of a platform of our own in place of the usual ones.

const readme = readFileSync(join(import.meta.dirname, '..', 'README.md'), 'utf8')
const blocks = [...readme.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, block = '']) => block)
const [start, ...commands] = blocks
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

const blockEnd = '== end of a block =='

/** What each block prints. Variables live on from block to block, as in a terminal. */
async function runInShell(
  platform: Platform,
  shellBlocks: readonly string[],
): Promise<readonly string[]> {
  const mqttPort = String(platform.mqttPort)
  const httpPort = new URL(platform.httpUrl).port
  const withPorts = shellBlocks.map((block) =>
    block.replaceAll('127.0.0.1:8080', `127.0.0.1:${httpPort}`).replaceAll('-p 1883', ''),
  )
  // The clients find our port without being told, as they find the usual one.
  const wrappers = ['mosquitto_pub', 'mosquitto_sub'].map(
    (name) => `${name}() { command ${name} -p ${mqttPort} "$@"; }`,
  )
  const script = [...wrappers, ...withPorts.map((block) => `${block}\necho; echo '${blockEnd}'`)]
  const shell = spawn('sh', ['-c', script.join('\n')], {
    env: {
      ...process.env,
      PASSWORD: platform.admin.password,
      BOOTSTRAP: platform.bootstrapPassword,
    },
    stdio: ['ignore', 'pipe', 'ignore'],
    timeout: 30_000,
  })
  let output = ''
  for await (const chunk of shell.stdout) output += String(chunk)
  return output
    .split(`${blockEnd}\n`)
    .slice(0, -1)
    .map((text) => text.trim())
}
