// Goal: SIGKILL at any moment costs nothing that was acknowledged (reliability §3.3, T-DUR-KILL in
// its short form). Method: devices with QoS 1 and 2 and writers over REST note what they sent and
// what was acknowledged; the server is killed and started again twenty times; in the end a checker
// compares the notes with what REST shows.
import assert from 'node:assert/strict'
import { randomInt } from 'node:crypto'
import { globSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { prepareLoad } from './load.ts'
import { startPlatform } from './start-platform.ts'
import { inTime } from './until.ts'

const rounds = 20
const devicesOfKind = 10
const writersCount = 6
/** The kill comes after so many acknowledgements of its round, and then at some moment. */
const acknowledgementsMax = 600
const momentMsMax = 15

test('nothing that was acknowledged is lost in twenty kills', { timeout: 180_000 }, async (t) => {
  await using platform = await startPlatform()
  const load = await prepareLoad(platform, { devicesOfKind, writersCount })
  let slowestStartMs = 0
  for (let round = 0; round < rounds; round++) {
    const due = load.acknowledged(randomInt(acknowledgementsMax))
    load.begin()
    await inTime('the acknowledgements of this round', due)
    await pause(randomInt(momentMsMax))
    await platform.kill()
    await load.interrupted()
    const startedAt = performance.now()
    // Throws when it takes longer than 10 s (I6).
    await platform.start()
    slowestStartMs = Math.max(slowestStartMs, performance.now() - startedAt)
  }
  await load.finish()

  t.diagnostic(`${load.summary()}, slowest start ${Math.round(slowestStartMs)} ms`)
  assert.deepEqual(await load.violations(), [])
  assert.equal((await fetch(`${platform.httpUrl}/health/ready`)).status, 200)
  assert.deepEqual(await platform.stop(), { code: 0, signal: null })
  checkIntegrity(platform.dataDir)
})

function checkIntegrity(dataDir: string): void {
  const files = globSync('**/*.sqlite', { cwd: dataDir })
  assert.ok(files.length > 0, `a database below ${dataDir}`)
  for (const file of files) {
    using database = new DatabaseSync(join(dataDir, file), { readOnly: true })
    const rows = database.prepare('PRAGMA integrity_check').all()
    assert.deepEqual(
      rows.map((row) => ({ ...row })),
      [{ integrity_check: 'ok' }],
      file,
    )
  }
}
