// `npm test`: everything that this machine can run, and in the end what ran, what did not and why.
// `npm test -- golden "end to end"` runs only the groups of these names.
import { globSync } from 'node:fs'
import { join } from 'node:path'
import { checkSteps, unitTestPatterns } from './check-steps.ts'
import { provideForeignPrograms } from './foreign-programs.ts'
import { formatSeconds, nodeCommand, repositoryRoot, runCommand } from './run-command.ts'
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

const contractPattern = 'packages/server/src/store/**/*.test.ts'
const byteScriptPattern = 'packages/server/src/mqtt-endpoint/**/*.test.ts'
const goldenFolder = 'packages/testing/golden'

const groups: readonly Group[] = [
  { name: 'checks', run: runChecks },
  {
    name: 'unit tests and laws',
    run: () => runTests(filesOf(unitTestPatterns, [contractPattern, byteScriptPattern])),
  },
  { name: 'store contract', run: () => runTests(filesOf([contractPattern])) },
  { name: 'byte scripts', run: () => runTests(filesOf([byteScriptPattern])) },
  { name: 'golden cases', run: runGoldenCases },
  { name: 'end to end', run: () => runTests(filesOf(['e2e/**/*.test.ts'])) },
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

const absences = await provideForeignPrograms(console.log)
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

async function runChecks(): Promise<GroupResult> {
  const failed = await runSteps(checkSteps)
  return { failed, words: `${checkSteps.length - failed} passed`, skipped: [] }
}

async function runTests(files: readonly string[]): Promise<GroupResult> {
  if (files.length === 0) return { failed: 0, words: 'no tests', skipped: [] }
  const { passed, failed, skipped } = await runTestFiles(files)
  return { failed, words: `${passed} passed`, skipped }
}

async function runGoldenCases(): Promise<GroupResult> {
  const { ok, output } = await runCommand(nodeCommand('tools/golden.ts', goldenFolder))
  const words = output.trim().split('\n').at(-1) ?? ''
  console.log(ok ? words : output.trim())
  return { failed: ok ? 0 : 1, words, skipped: [] }
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
  const skipped = results.flatMap(({ result }) => result.skipped)
  if (skipped.length > 0 || absences.length > 0) console.log('\nWhat did not, and why')
  for (const absence of absences) console.log(`  ${absence}`)
  for (const { name, reason } of skipped) console.log(`  ${name}: ${reason}`)

  const failed = results.filter(({ result }) => result.failed > 0).map(({ name }) => name)
  const duration = formatSeconds(performance.now() - startedAt)
  console.log(
    failed.length === 0 ? `\nAll passed in ${duration}.` : `\nFailed: ${failed.join(', ')}.`,
  )
  process.exitCode = failed.length === 0 ? 0 : 1
}
