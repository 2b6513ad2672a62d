// The example of the README is compiled with the package: it is the text of the file beside this one.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { startMeter } from './readme-example.fixture.ts'

test('the README shows the example as it is compiled', () => {
  const folder = import.meta.dirname
  const readme = readFileSync(join(folder, '..', 'README.md'), 'utf8')
  const example = readFileSync(join(folder, 'readme-example.fixture.ts'), 'utf8')
  assert.ok(readme.includes(`\`\`\`ts\n${example}\`\`\``))
})

test('it does not begin where there can be no server', async () => {
  for (const url of ['gopher://127.0.0.1', '127.0.0.1:1883', '']) {
    await assert.rejects(startMeter(url, 'x'), { code: 'valueRefused' })
  }
})
