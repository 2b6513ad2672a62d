import { availableParallelism } from 'node:os'
import { isAbsolute, relative } from 'node:path'
import type { EventData } from 'node:test'
import { run } from 'node:test'
import { inspect } from 'node:util'
import { formatSeconds, repositoryRoot } from './run-command.ts'

export interface Skip {
  readonly name: string
  /** As the test says it. */
  readonly reason: string
}

export interface TestFilesResult {
  readonly passed: number
  readonly failed: number
  readonly skipped: readonly Skip[]
}

/** A file that takes longer hangs; the longest, which kills the server again and again, takes a few minutes. */
const fileDurationMsMax = 600_000
const printedLinesMax = 40
/** From here on a file is worth a line of its own. */
const longFileDurationMs = 5000

/**
 * Runs test files, each in a process of its own, as many at once as there are processors. Says what
 * failed as soon as it is known, with all that its file has printed, and which files took long.
 */
export async function runTestFiles(files: readonly string[]): Promise<TestFilesResult> {
  let passed = 0
  let failed = 0
  const skipped: Skip[] = []
  const printed = new Map<string, string>()

  const stream = run({
    files,
    cwd: repositoryRoot,
    concurrency: availableParallelism(),
    execArgv: ['--conditions=@pileus/source'],
    timeout: fileDurationMsMax,
  })
  const onOutput = ({ file, message }: EventData.TestStdout): void => {
    if (file !== undefined) printed.set(file, (printed.get(file) ?? '') + message)
  }
  stream.on('test:stdout', onOutput)
  stream.on('test:stderr', onOutput)
  stream.on('test:pass', (event) => {
    // The runner reports each file as a test that contains those written in it.
    if (files.includes(event.name) || event.details.type === 'suite') return
    if (event.skip !== undefined) skipped.push({ name: event.name, reason: reasonOf(event.skip) })
    else passed += 1
  })
  stream.on('test:fail', (event) => {
    // What only contains the failure has nothing to add to it.
    if (isOnlyContainer(event.details.error)) return
    failed += 1
    printFailure(event)
    const text = printed.get(event.file ?? '')
    if (text !== undefined) console.log(`    Its file printed:\n${indent(lastLines(text))}`)
    printed.delete(event.file ?? '')
  })
  stream.on('test:complete', (event) => {
    const duration = event.details.duration_ms
    if (!files.includes(event.name) || duration < longFileDurationMs) return
    console.log(`  ${relative(repositoryRoot, event.name)}  ${formatSeconds(duration)}`)
  })
  // The stream ends when it has been read.
  for await (const _ of stream);
  return { passed, failed, skipped }
}

function isOnlyContainer(error: Error): boolean {
  return 'failureType' in error && error.failureType === 'subtestsFailed'
}

function reasonOf(skip: string | boolean): string {
  return typeof skip === 'string' ? skip : 'the test does not say why'
}

function printFailure({ name, file, line, details }: EventData.TestFail): void {
  const place = file === undefined ? '' : `  (${relative(repositoryRoot, file)}:${line})`
  const title = isAbsolute(name) ? relative(repositoryRoot, name) : name
  console.log(`  FAILED  ${title}${place}\n${indent(describe(details.error))}`)
}

/** The error as its test threw it, without the frames of the runner. */
function describe(error: Error): string {
  const thrown = error.cause ?? error
  // The message of an assertion has both sides already.
  const isAssertion = thrown instanceof Error && 'code' in thrown && thrown.code === 'ERR_ASSERTION'
  const text = isAssertion ? (thrown.stack ?? thrown.message) : inspect(thrown)
  return text.replaceAll(/^ +at .*\(?node:.*\n?/gm, '')
}

/** The log of a server is long, and what matters is near its end. */
function lastLines(text: string): string {
  const lines = text.trimEnd().split('\n')
  if (lines.length <= printedLinesMax) return text
  return ['…', ...lines.slice(-printedLinesMax)].join('\n')
}

function indent(text: string): string {
  return text.trimEnd().replaceAll(/^/gm, '    ')
}
