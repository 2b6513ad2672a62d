// First each rule on texts that it must refuse and must let pass, then all rules on the repository.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFileSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { describe, test } from 'node:test'
import { repositoryRoot } from './run-command.ts'
import {
  authorshipTraces,
  brokenLinks,
  decisionProblems,
  leftoverMarkers,
  localTraces,
  repeatedNumbers,
  titleProblems,
  unknownScripts,
} from './tidy.ts'

describe('each rule', () => {
  const inMemory = new Map([
    ['docs/b.md', '# B\n\n## What else?\n'],
    ['docs/c.ts', 'one\ntwo\n'],
    ['docs', ''],
  ])
  const files = { read: (path: string) => inMemory.get(path) }
  const links = [
    { link: './b.md', isBroken: false },
    { link: '../docs', isBroken: false },
    { link: 'b.md#what-else', isBroken: false },
    { link: 'c.ts#L2', isBroken: false },
    { link: '#a', isBroken: false },
    { link: 'https://example.org/x', isBroken: false },
    { link: 'missing.md', isBroken: true },
    { link: 'b.md#what', isBroken: true },
    { link: 'c.ts#L9', isBroken: true },
    { link: '#b', isBroken: true },
  ]
  for (const { link, isBroken } of links) {
    test(`the link ${link} ${isBroken ? 'leads nowhere' : 'is good'}`, () => {
      const found = brokenLinks('docs/a.md', `# A\n\n[text](${link})\n`, files)
      assert.equal(found.length > 0, isBroken)
    })
  }
  test('a link in code is no link', () => {
    assert.deepEqual(brokenLinks('docs/a.md', '`[x](y.md)`\n```\n[x](y.md)\n```\n', files), [])
  })

  const cases = [
    { title: 'one title', problems: titleProblems('# A\n\n```\n# not a title\n```\n'), count: 0 },
    { title: 'no title', problems: titleProblems('## A\n'), count: 1 },
    { title: 'two titles', problems: titleProblems('# A\n\n# B\n'), count: 1 },
    { title: 'a marker', problems: leftoverMarkers('// TO' + 'DO later'), count: 1 },
    { title: 'a word like a marker', problems: leftoverMarkers('mastodon'), count: 0 },
    { title: 'a path of one machine', problems: localTraces('see /ho' + 'me/kim/x'), count: 1 },
    { title: 'a path of ours', problems: localTraces('packages/home/x and /c8y/work/x'), count: 0 },
    { title: 'a registry', problems: localTraces('https://regi' + 'stry.example.org/x'), count: 1 },
    { title: 'an author', problems: authorshipTraces('Co-authored-by: x'), count: 1 },
    { title: 'a command', problems: unknownScripts('`npm run golden -- x`', ['golden']), count: 0 },
    { title: 'no such command', problems: unknownScripts('`npm run gold`', ['golden']), count: 1 },
    { title: 'an empty record', problems: decisionProblems('# 1. A\n'), count: 6 },
    {
      title: 'a number twice',
      problems: repeatedNumbers(['0001-a', '0002-b', '0001-c']),
      count: 1,
    },
  ]
  for (const { title, problems, count } of cases) {
    test(`${title}: ${count} complaints`, () => assert.equal(problems.length, count))
  }
})

const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
  cwd: repositoryRoot,
  encoding: 'utf8',
})
const paths = listed.split('\n').filter((path) => path !== '' && isFile(path))
const documents = paths.filter((path) => path.endsWith('.md'))
/** Rules name what they refuse. */
const ruleFiles = ['tools/tidy.ts', 'tools/tidy.test.ts']
const ownTexts = paths.filter(
  (path) =>
    !ruleFiles.includes(path) &&
    path !== 'package-lock.json' &&
    path !== 'LICENSE' &&
    !path.endsWith('.png'),
)

interface Manifest {
  readonly name: string
  readonly version: string
  readonly scripts?: Readonly<Record<string, string>>
  readonly workspaces?: readonly string[]
  readonly dependencies?: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
}

const manifests = paths
  .filter((path) => basename(path) === 'package.json')
  .map((path): { path: string; manifest: Manifest } => ({ path, manifest: JSON.parse(read(path)) }))
const rootManifest: Manifest = JSON.parse(read('package.json'))

describe('the repository', () => {
  const noComplaints = (
    about: readonly string[],
    rule: (text: string, path: string) => readonly string[],
  ): void => {
    assert.ok(about.length > 0, 'there is something to look at')
    const complaints = about.flatMap((path) =>
      rule(read(path), path).map((complaint) => `${path}: ${complaint}`),
    )
    assert.deepEqual(complaints, [])
  }

  test('links lead somewhere', () => {
    noComplaints(documents, (text, path) => brokenLinks(path, text, { read: readAny }))
  })
  test('every document has one title', () => noComplaints(documents, titleProblems))
  test('no marker is left over', () => noComplaints(ownTexts, leftoverMarkers))
  test('nothing is true on one machine only', () => {
    noComplaints([...ownTexts, 'package-lock.json'], localTraces)
  })
  test('it speaks of itself alone', () => noComplaints(ownTexts, authorshipTraces))
  test('every command sets up first and then is the program itself', () => {
    // With a shell in between, a signal to npm would end the shell and leave the server behind.
    const form =
      /^node tools\/setup\.mjs (start|all) && exec (env \w+=\S+ )?node_modules\/node\/bin\/node --conditions=@pileus\/source /
    for (const script of Object.values(rootManifest.scripts ?? {})) assert.match(script, form)
  })
  test('commands in documents exist', () => {
    const scripts = Object.keys(rootManifest.scripts ?? {})
    noComplaints(documents, (text) => unknownScripts(text, scripts))
  })

  const decisions = documents.filter((path) => /^docs\/decisions\/\d/.test(path))
  test('decision records are complete', () => noComplaints(decisions, decisionProblems))
  test('decision numbers are unique', () => {
    assert.deepEqual(repeatedNumbers(decisions.map((path) => basename(path))), [])
  })

  test('all packages share one version', () => {
    for (const { path, manifest } of manifests) {
      assert.equal(manifest.version, rootManifest.version, path)
    }
  })
  test('dependencies have exact versions, the same everywhere', () => {
    const versions = new Map<string, string>()
    for (const { path, manifest } of manifests) {
      const declared = { ...manifest.dependencies, ...manifest.devDependencies }
      for (const [name, version] of Object.entries(declared)) {
        assert.match(version, /^\d+\.\d+\.\d+(?:-[\w.]+)?$/, `${path}: ${name}`)
        assert.equal(version, versions.get(name) ?? version, `${path}: ${name}`)
        versions.set(name, version)
      }
    }
  })
  test('the compiler builds every workspace', () => {
    const built: { references: { path: string }[] } = JSON.parse(read('tsconfig.json'))
    const workspaces = manifests.map(({ path }) => path.replace(/\/?package\.json$/, ''))
    assert.deepEqual(
      built.references.map(({ path }) => path).sort(),
      workspaces.filter((path) => path !== '').sort(),
    )
  })
  test('references of the compiler are the declared workspaces', () => {
    for (const { path, manifest } of manifests.filter(({ path }) => path !== 'package.json')) {
      const config: { references?: { path: string }[] } = JSON.parse(
        read(path.replace('package.json', 'tsconfig.json')),
      )
      const referred = (config.references ?? []).map((reference) => basename(reference.path))
      const declared = Object.keys({ ...manifest.dependencies, ...manifest.devDependencies })
        .filter((name) => name.startsWith('@pileus/'))
        .map((name) => name.replace('@pileus/', ''))
      assert.deepEqual(referred.sort(), declared.sort(), path)
    }
  })
})

function isFile(path: string): boolean {
  return statSync(join(repositoryRoot, path), { throwIfNoEntry: false })?.isFile() === true
}

function read(path: string): string {
  return readFileSync(join(repositoryRoot, path), 'utf8')
}

function readAny(path: string): string | undefined {
  const stats = statSync(join(repositoryRoot, path), { throwIfNoEntry: false })
  if (stats === undefined) return undefined
  return stats.isFile() ? read(path) : ''
}
