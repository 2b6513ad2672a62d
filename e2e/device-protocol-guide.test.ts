import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { readShBlocks, runInShell } from './sh-blocks.ts'
import { reasonToSkip } from './shell.ts'
import { startPlatform } from './start-platform.ts'

// Goal: whoever copies the guide's commands has a working collection, and reads what the guide says.
// Method: its sh blocks, run as they stand in one shell, beside the answers that it shows.

const path = 'docs/guides/design-a-device-protocol.md'
const guide = readFileSync(join(import.meta.dirname, '..', path), 'utf8')
const programs = ['mosquitto_pub', 'mosquitto_sub', 'mosquitto_rr', 'curl', 'sed']
const skip = reasonToSkip(programs, 'mosquitto-clients')

test('from nothing to an operation that is carried out', { skip }, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'pileus-guide-'))
  t.after(() => rmSync(folder, { recursive: true }))
  await using platform = await startPlatform()
  const blocks = readShBlocks(path)
  const said = await runInShell(platform, blocks, folder)
  assert.equal(said.length, blocks.length, 'all of them ran')
  const fences = [...guide.matchAll(/^```(\w*)\n(.*?)\n```$/gms)]
  const answers = fences.flatMap(([, language, text = '']) => (language === '' ? [text] : []))
  assert.ok(answers.length > 0)
  const told = said.join('\n')
  const heard = withoutChance(told)
  for (const answer of answers) assert.ok(heard.includes(withoutChance(answer)), answer)
  assert.match(told, /"acme_Boiler":\{"water":\{"value":71\.5,"unit":"C"\}\}/)
  assert.match(
    told,
    /"type":"acme_Flameout","text":"Burner 2 is out","severity":"MAJOR","status":"CLEARED"/,
  )
  assert.match(told, /"status":"SUCCESSFUL".*"acme_Purge":\{"seconds":20,"mode":"gentle"\}/)
  assert.match(told, /"type":"c8y_SmartRest2Template","name":"boilerProto"/)
  const { measurements } = await platform.rest.get('/measurement/measurements?type=acme_Boiler')
  assert.equal(measurements.length, 3, 'two of the device and one of its child')
})

/** The numbers of objects and the time of receipt are the platform's. */
function withoutChance(text: string): string {
  return text.replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<time>').replaceAll(/\b\d{4}\b/g, '<id>')
}
