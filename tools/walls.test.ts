// The walls are a closed list of imports in .dependency-cruiser.mjs. A tool that reads nothing, or a
// list that allows everything, would be green as well: so here the tool judges imports that we know.
import assert from 'node:assert/strict'
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { sourceFolders } from './check-steps.ts'
import { packageCommand, repositoryRoot, runCommand } from './run-command.ts'

interface Report {
  readonly modules: readonly {
    readonly source: string
    readonly dependencies: readonly {
      /** As written, but for what `protocol` (`node:`) takes off. */
      readonly module: string
      readonly protocol?: string
      readonly valid: boolean
    }[]
  }[]
}

const config = join(repositoryRoot, '.dependency-cruiser.mjs')

async function judge(folder: string, ...parts: readonly string[]): Promise<Report> {
  const command = packageCommand('depcruise', ...parts, '--config', config, '--output-type', 'json')
  const { output } = await runCommand({ ...command, cwd: folder })
  return JSON.parse(output.slice(output.indexOf('{'), output.lastIndexOf('}') + 1))
}

test('the tool reads our TypeScript', async () => {
  const { modules } = await judge(repositoryRoot, ...sourceFolders)
  const sources = modules.map(({ source }) => source).filter((source) => source.endsWith('.ts'))
  assert.ok(sources.length > 10, `it saw ${sources.length} .ts files`)
  for (const name of ['smartrest', 'mqtt-wire', 'domain']) {
    assert.ok(
      sources.some((source) => source.startsWith(`packages/${name}/src/`)),
      `it saw ${name}`,
    )
  }
})

const domain = 'packages/domain/src/a.ts'
const imports = [
  { from: domain, to: './b.ts', target: 'packages/domain/src/b.ts', allowed: true },
  { from: domain, to: 'node:fs', allowed: false },
  { from: domain, to: 'fast-check', allowed: false },
  {
    from: domain,
    to: '../../smartrest/src/b.ts',
    target: 'packages/smartrest/src/b.ts',
    allowed: false,
  },
  { from: domain, to: './b.test.ts', target: 'packages/domain/src/b.test.ts', allowed: false },
  { from: domain, to: './missing.ts', allowed: false },
  { from: 'packages/domain/src/a.test.ts', to: 'node:fs', allowed: true },
  { from: 'packages/domain/src/a.test.ts', to: 'fastify', allowed: false },
  {
    from: 'packages/server/src/rest-api/a.ts',
    to: '../store/memory/b.ts',
    target: 'packages/server/src/store/memory/b.ts',
    allowed: false,
  },
  {
    from: 'packages/server/src/mqtt-endpoint/a.ts',
    to: '../../../testing/src/b.ts',
    target: 'packages/testing/src/b.ts',
    allowed: false,
  },
  {
    from: 'packages/server/src/build-server.ts',
    to: './store/memory/b.ts',
    target: 'packages/server/src/store/memory/b.ts',
    allowed: true,
  },
  {
    from: 'packages/server/src/new-folder/a.ts',
    to: './b.ts',
    target: 'packages/server/src/new-folder/b.ts',
    allowed: false,
  },
  { from: 'packages/new-package/src/a.ts', to: 'node:fs', allowed: false },
]

/** A repository in which exactly these imports are written. */
function writeRepository(folder: string): void {
  const write = (file: string, text: string): void => {
    mkdirSync(dirname(join(folder, file)), { recursive: true })
    appendFileSync(join(folder, file), text)
  }
  write('package.json', '{ "type": "module" }')
  symlinkSync(join(repositoryRoot, 'node_modules'), join(folder, 'node_modules'))
  for (const { from, to, target } of imports) {
    write(from, `import '${to}'\nawait using x = undefined\n`)
    if (target !== undefined) write(target, '')
  }
}

describe('in a repository with known imports', () => {
  const folder = mkdtempSync(join(tmpdir(), 'pileus-walls-'))
  let report: Report
  before(async () => {
    writeRepository(folder)
    report = await judge(folder, 'packages')
  })
  after(() => rmSync(folder, { recursive: true }))

  for (const { from, to, allowed } of imports) {
    test(`${from} ${allowed ? 'may' : 'may not'} import ${to}`, () => {
      const importer = report.modules.find(({ source }) => source === from)
      const dependency = importer?.dependencies.find(
        ({ module, protocol = '' }) => protocol + module === to,
      )
      assert.equal(dependency?.valid, allowed)
    })
  }
})
