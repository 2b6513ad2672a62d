// `npm run generate` writes every page that is made from a table or from the code;
// `npm run generate -- --check` writes nothing and fails when one of them is out of date.
// A further page is a further row of `pages`.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { linkWalk, readWalkMarkers } from './generators/walk.ts'
import { repositoryRoot } from './run-command.ts'

interface Page {
  /** From the root of the repository. */
  readonly path: string
  /** The whole text; `current` is what stands there now, empty if there is no such file. */
  readonly build: (current: string) => string
}

const pages: readonly Page[] = [
  {
    path: 'docs/how-a-message-travels.md',
    build: (current) => linkWalk(current, readWalkMarkers(repositoryRoot)),
  },
]

const isCheck = process.argv.includes('--check')
const outdated = pages.filter(({ path, build }) => {
  const file = join(repositoryRoot, path)
  const current = existsSync(file) ? readFileSync(file, 'utf8') : ''
  const next = build(current)
  if (next === current) return false
  if (!isCheck) {
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, next)
  }
  return true
})

for (const { path } of outdated) console.log(isCheck ? `${path} is out of date` : `wrote ${path}`)
if (isCheck && outdated.length > 0) {
  console.log('Run `npm run generate` and commit the result.')
  process.exitCode = 1
}
