// `npm test`: everything that this machine can run, and in the end what ran, what did not and why.
// `npm test -- "golden cases" "end to end"` runs only the groups of these names.
import { globSync } from 'node:fs'
import { join } from 'node:path'
import { checkSteps } from './check-steps.ts'
import { provideForeignPrograms } from './foreign-programs.ts'
import { formatSeconds, repositoryRoot } from './run-command.ts'
import { runSteps } from './run-steps.ts'
import { runTestFiles, type Skip } from './run-test-files.ts'

interface GroupResult {
  readonly failed: number
  /** `412 passed`, for the summary. */
  readonly words: string
  readonly skipped: readonly Skip[]
}

interface Group {
  readonly name: string
  readonly run: () => Promise<GroupResult>
}

const besideSources = ['packages/*/src/**/*.test.ts', 'tools/**/*.test.ts', 'bench/**/*.test.ts']
const contractPattern = 'packages/server/src/store/**/*.test.ts'
const byteScriptPattern = 'packages/server/src/mqtt-endpoint/**/*.test.ts'
const goldenPattern = 'tools/golden/**/*.test.ts'

const groups: readonly Group[] = [
  { name: 'checks', run: runChecks },
  {
    name: 'unit tests and laws',
    run: () =>
      runTests(filesOf(besideSources, [contractPattern, byteScriptPattern, goldenPattern])),
  },
  { name: 'store contract', run: () => runTests(filesOf([contractPattern])) },
  { name: 'byte scripts', run: () => runTests(filesOf([byteScriptPattern])) },
  { name: 'golden cases', run: () => runTests(filesOf([goldenPattern])) },
  { name: 'end to end', run: runScenarios },
]

const startedAt = performance.now()
const asked = process.argv.slice(2)
const unknown = asked.filter((name) => groups.every((group) => group.name !== name))
if (unknown.length > 0) {
  console.error(
    `No such group: ${unknown.join(', ')}. There are: ${groups.map(({ name }) => name).join(', ')}.`,
  )
  process.exit(1)
}

const absences: string[] = []
const results: {
  readonly name: string
  readonly durationMs: number
  readonly result: GroupResult
}[] = []
for (const { name, run } of groups) {
  if (asked.length > 0 && !asked.includes(name)) continue
  console.log(`\n${name}`)
  const groupStartedAt = performance.now()
  const result = await run()
  results.push({ name, durationMs: performance.now() - groupStartedAt, result })
}
printSummary()

async function runScenarios(): Promise<GroupResult> {
  absences.push(...(await provideForeignPrograms(console.log)))
  return runTests(filesOf(['e2e/**/*.test.ts']))
}

async function runChecks(): Promise<GroupResult> {
  const failed = await runSteps(checkSteps)
  return { failed, words: `${checkSteps.length - failed} passed`, skipped: [] }
}

async function runTests(files: readonly string[]): Promise<GroupResult> {
  if (files.length === 0) return { failed: 0, words: 'no tests', skipped: [] }
  const { passed, failed, skipped } = await runTestFiles(files)
  return { failed, words: `${passed} passed`, skipped }
}

function filesOf(patterns: readonly string[], except: readonly string[] = []): readonly string[] {
  const excluded = new Set(globSync(except, { cwd: repositoryRoot }))
  return globSync(patterns, { cwd: repositoryRoot })
    .filter((file) => !excluded.has(file))
    .sort()
    .map((file) => join(repositoryRoot, file))
}

function printSummary(): void {
  const nameWidth = Math.max(...results.map(({ name }) => name.length))
  console.log('\nWhat ran')
  for (const { name, durationMs, result } of results) {
    const failures = result.failed === 0 ? '' : `, ${result.failed} FAILED`
    console.log(
      `  ${name.padEnd(nameWidth)}  ${result.words}${failures} in ${formatSeconds(durationMs)}`,
    )
  }
  const skipped = Map.groupBy(
    results.flatMap(({ result }) => result.skipped),
    ({ reason }) => reason,
  )
  if (skipped.size > 0 || absences.length > 0) console.log('\nWhat did not, and why')
  for (const absence of absences) console.log(`  ${absence}`)
  for (const [reason, [first, ...others]] of skipped) {
    console.log(`  ${others.length === 0 ? first?.name : `${others.length + 1} tests`}: ${reason}`)
  }

  const failed = results.filter(({ result }) => result.failed > 0).map(({ name }) => name)
  const duration = formatSeconds(performance.now() - startedAt)
  console.log(
    failed.length === 0 ? `\nAll passed in ${duration}.` : `\nFailed: ${failed.join(', ')}.`,
  )
  process.exitCode = failed.length === 0 ? 0 : 1
}
