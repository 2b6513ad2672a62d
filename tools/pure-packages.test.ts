import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { findImpurities, purePackages } from './pure-packages.ts'
import { packageCommand, repositoryRoot, runCommand } from './run-command.ts'

const cases = [
  { source: 'const at = new Date()', finds: ['new Date() without argument'] },
  { source: 'const at = new Date', finds: ['new Date() without argument'] },
  { source: 'const text = Date()', finds: ['Date() without new'] },
  { source: 'const f = () => { return Date.now() - 1 }', finds: ['Date.now'] },
  { source: 'const clock = Date.now', finds: ['Date.now'] },
  { source: 'const n: number = 1 + Math.random()', finds: ['Math.random'] },
  { source: 'const at = new Date(7)', finds: [] },
  { source: '// new Date()\nconst words = "Date.now()"', finds: [] },
]

for (const { source, finds } of cases) {
  test(`purity of ${JSON.stringify(source)}`, async () => {
    assert.deepEqual(await findImpurities(source), finds)
  })
}

for (const name of purePackages) {
  test(`${name} asks neither clock nor chance`, async () => {
    const files = globSync(`packages/${name}/src/**/*.ts`, { cwd: repositoryRoot }).filter(
      (file) => !/[.](test|fixture|bench)[.]ts$/.test(file),
    )
    assert.ok(files.length > 0, 'there are sources to look at')
    const findings = await Promise.all(
      files.map(async (file) =>
        (await findImpurities(readFileSync(join(repositoryRoot, file), 'utf8'))).map(
          (finding) => `${file}: ${finding}`,
        ),
      ),
    )
    assert.deepEqual(findings.flat(), [])
  })
}

test('the compiler is told of every pure package and of no runtime', async () => {
  const { ok, output } = await runCommand(
    packageCommand('tsc', '--project', 'tools/pure-packages.tsconfig.json', '--showConfig'),
  )
  assert.ok(ok, output)
  const config: { compilerOptions: object; files: string[] } = JSON.parse(output)
  assert.partialDeepStrictEqual(config.compilerOptions, {
    types: [],
    lib: ['es2024', 'esnext.disposable'],
  })
  for (const name of purePackages) {
    assert.ok(
      config.files.some((file) => file.includes(`/packages/${name}/`)),
      `${name} is compiled`,
    )
  }
})
