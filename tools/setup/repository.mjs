import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../..', import.meta.url))
export const nodeModules = join(root, 'node_modules')
export const pinnedNode = join(
  nodeModules,
  'node',
  'bin',
  process.platform === 'win32' ? 'node.exe' : 'node',
)

export function readJson(file) {
  return JSON.parse(readFileSync(file, 'utf8'))
}

/** What stops a set-up and is the reader's to mend: printed as it is, without a stack. */
export class SetupError extends Error {}
