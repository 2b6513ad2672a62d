import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { pinnedNode, readJson, root, SetupError } from './repository.mjs'
import { interruptedWords, runProgram, wasInterrupted } from './run-program.mjs'

const consoleFolder = join(root, 'packages', 'console')
const built = join(consoleFolder, 'dist')
/** What the server reads at its start. */
const site = join(built, 'site')
/** From which sources it was built. */
const stampFile = join(built, 'site.json')

/** Everything that ends up in the site or decides how it is built. */
const sources = [
  'packages/console',
  'packages/domain/src',
  'packages/rest-contract/src',
  'packages/smartrest/src',
  'package-lock.json',
]
/** What a build or an installation leaves beside the sources, and what only tests read. */
const ignored = /^(?:dist|node_modules|.+\.test\.tsx?)$/

/**
 * One text that changes whenever another site would be built; undefined in a checkout without the
 * console. By content, so that neither a branch and back nor a copied folder costs a build.
 */
export function consoleHash() {
  if (!existsSync(join(consoleFolder, 'index.html'))) return undefined
  const hash = createHash('sha256')
  for (const source of sources) addToHash(hash, source)
  return hash.digest('hex')
}

function addToHash(hash, path) {
  const file = join(root, path)
  const entries = existsSync(file) && readEntries(file)
  if (entries === false) return
  if (entries === undefined) {
    const content = readFileSync(file)
    // The length keeps what belongs to one file apart from the next.
    hash.update(`${path} ${content.length}\n`).update(content)
    return
  }
  for (const name of entries) if (!ignored.test(name)) addToHash(hash, `${path}/${name}`)
}

/** Names in a folder, in an order that is the same everywhere; undefined for a file. */
function readEntries(file) {
  try {
    return readdirSync(file).sort()
  } catch (error) {
    if (error.code === 'ENOTDIR') return undefined
    throw error
  }
}

export function isConsoleBuilt(hash) {
  if (hash === undefined) return true
  try {
    return readJson(stampFile).hash === hash && existsSync(join(site, 'index.html'))
  } catch {
    return false
  }
}

/**
 * Builds the site beside the present one and then puts it in its place: a server that starts
 * meanwhile reads the one or the other, and never half of one.
 */
export async function buildConsole(hash, { onStart }) {
  const [next, previous] = [join(built, 'site.next'), join(built, 'site.previous')]
  for (const leftover of [next, previous]) rmSync(leftover, { recursive: true, force: true })
  const outcome = await runProgram(pinnedNode, [viteProgram(), 'build', '--outDir', next], {
    onStart,
    cwd: consoleFolder,
    env: { ...process.env, NODE_ENV: 'production', NO_COLOR: '1', FORCE_COLOR: undefined },
  })
  if (outcome.code !== 0) throw new SetupError(explainFailure(outcome))
  rmSync(stampFile, { force: true })
  if (existsSync(site)) renameSync(site, previous)
  renameSync(next, site)
  rmSync(previous, { recursive: true, force: true })
  writeFileSync(stampFile, JSON.stringify({ hash }))
}

function viteProgram() {
  const fromConsole = createRequire(join(consoleFolder, 'package.json'))
  const manifest = fromConsole.resolve('vite/package.json')
  return join(manifest, '..', readJson(manifest).bin.vite)
}

function explainFailure(outcome) {
  const { error, lines } = outcome
  if (error) return `The build of the console could not be started (${error.message}).`
  if (wasInterrupted(outcome)) return interruptedWords
  const said = lines.map((line) => stripVTControlCharacters(line)).filter((line) => line !== '')
  return `The console could not be built. The last that Vite said:\n\n${said
    .slice(-30)
    .map((line) => `    ${line}`)
    .join('\n')}`
}
