import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { test } from 'node:test'
import { repositoryRoot } from './run-command.ts'

test('however often Ctrl-C is pressed, the demonstration leaves nothing behind', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'pileus-demo-test-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  const demo = spawn(process.execPath, ['--conditions=@pileus/source', 'tools/demo.ts'], {
    cwd: repositoryRoot,
    // Whatever it stores is stored there.
    env: { ...process.env, TMPDIR: folder, PILEUS_HTTP_PORT: '0', PILEUS_MQTT_PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = once(demo, 'exit')
  // From here on the platform runs.
  for await (const line of createInterface(demo.stdout)) if (line.includes('register')) break
  const pressing = setInterval(() => demo.kill('SIGINT'), 20)
  await ended
  clearInterval(pressing)
  assert.deepEqual(await readdir(folder), [])
})
