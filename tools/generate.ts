// `npm run generate` writes every page that is made from a table or from the code;
// `npm run generate -- --check` writes nothing and fails when one of them is out of date.
// A further page is a further row of `pages`.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { commandLineGuide, commandLinePage } from './generators/command-line.ts'
import { configurationPage } from './generators/configuration.ts'
import { deviceSendModule } from './generators/device-send.ts'
import { jsonTopicsPage } from './generators/json-topics.ts'
import { logPage } from './generators/log.ts'
import { metricsPage } from './generators/metrics.ts'
import { restPage } from './generators/rest.ts'
import { rowProblemsPage } from './generators/row-problems.ts'
import { staticTemplatesPage } from './generators/static-templates.ts'
import { linkWalk, readWalkMarkers } from './generators/walk.ts'
import { repositoryRoot } from './run-command.ts'

interface Page {
  /** From the root of the repository. */
  readonly path: string
  /** The whole text, or why there is none; `current` is what stands there now, '' without a file. */
  readonly build: (current: string) => string | { readonly problems: readonly string[] }
}

const pages: readonly Page[] = [
  { path: 'docs/reference/static-templates.md', build: staticTemplatesPage },
  { path: 'docs/reference/json-topics.md', build: jsonTopicsPage },
  { path: 'docs/reference/row-problems.md', build: rowProblemsPage },
  { path: 'docs/reference/rest.md', build: restPage },
  { path: 'docs/reference/configuration.md', build: configurationPage },
  { path: 'docs/reference/command-line.md', build: commandLinePage },
  { path: 'docs/guides/command-line.md', build: commandLineGuide },
  { path: 'docs/reference/metrics.md', build: metricsPage },
  { path: 'docs/reference/log.md', build: logPage },
  { path: 'packages/device-sdk/src/send.ts', build: deviceSendModule },
  {
    path: 'docs/how-a-message-travels.md',
    build: (current) => linkWalk(current, readWalkMarkers(repositoryRoot)),
  },
]

const isCheck = process.argv.includes('--check')
const complaints = pages.flatMap(({ path, build }) => {
  const file = join(repositoryRoot, path)
  const current = existsSync(file) ? readFileSync(file, 'utf8') : ''
  const next = build(current)
  if (typeof next !== 'string') return next.problems.map((problem) => `${path}: ${problem}`)
  if (next === current) return []
  if (isCheck) return [`${path} is out of date: run \`npm run generate\` and commit the result`]
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, next)
  console.log(`wrote ${path}`)
  return []
})

for (const complaint of complaints) console.error(complaint)
process.exitCode = complaints.length === 0 ? 0 : 1
