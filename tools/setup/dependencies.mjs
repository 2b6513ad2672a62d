import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { readJson, root, SetupError } from './repository.mjs'

/** One text that changes whenever another installation would be needed. */
export function dependencyHash() {
  const hash = createHash('sha256')
  hash.update(`${process.platform} ${process.arch}\n`)
  hash.update(readFileSync(join(root, 'package-lock.json')))
  for (const { folder, dependencies } of workspaces()) {
    hash.update(JSON.stringify([folder, dependencies]))
  }
  return hash.digest('hex')
}

/** Stops where npm would quietly install something else than what was tested. */
export function requireLockInSync() {
  const locked = readJson(join(root, 'package-lock.json')).packages
  for (const { folder, dependencies } of workspaces()) {
    const recorded = declaredDependencies(locked[folder] ?? {})
    if (locked[folder] !== undefined && recorded.join() === dependencies.join()) continue
    const name = folder === '' ? 'package.json' : `${folder}/package.json`
    throw new SetupError(
      `${name} and package-lock.json do not agree about the dependencies.\n` +
        'Run `npm install` and commit package-lock.json with the change.',
    )
  }
}

/** The root package and all workspaces, with the dependencies that their package.json declares. */
function workspaces() {
  const patterns = readJson(join(root, 'package.json')).workspaces
  const folders = patterns.flatMap((pattern) => {
    if (!pattern.endsWith('/*')) return [pattern]
    const parent = pattern.slice(0, -2)
    return readdirSync(join(root, parent)).map((name) => `${parent}/${name}`)
  })
  return ['', ...folders.sort()]
    .filter((folder) => existsSync(join(root, folder, 'package.json')))
    .map((folder) => ({
      folder,
      dependencies: declaredDependencies(readJson(join(root, folder, 'package.json'))),
    }))
}

function declaredDependencies(manifest) {
  const kinds = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies']
  return kinds.flatMap((kind) =>
    Object.entries(manifest[kind] ?? {})
      .map(([name, range]) => `${kind} ${name} ${range}`)
      .sort(),
  )
}
