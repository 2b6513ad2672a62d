import { accessSync, constants, existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { type CommandResult, runCommand } from './run-command.ts'

interface ForeignProgram {
  /** As the shell finds it. */
  readonly name: string
  readonly debianPackage: string
  readonly usedFor: string
}

/** Programs of other people that the tests talk to. A test that does not find its own is skipped. */
const foreignPrograms: readonly ForeignProgram[] = [
  { name: 'mosquitto_pub', debianPackage: 'mosquitto-clients', usedFor: 'a foreign MQTT client' },
  { name: 'mosquitto_sub', debianPackage: 'mosquitto-clients', usedFor: 'a foreign MQTT client' },
  { name: 'mosquitto', debianPackage: 'mosquitto', usedFor: 'the broker we are measured against' },
  { name: 'chromium', debianPackage: 'chromium', usedFor: 'the browser that opens the console' },
  { name: 'script', debianPackage: 'bsdutils', usedFor: 'a terminal for the command line' },
]

/**
 * Installs what is missing, where that is nobody's loss: as root, with apt, and without an init
 * system that would start the broker as a service; so in containers, and not on a desk.
 *
 * Gives a line for each program that is not there in the end. Never fails and never takes longer
 * than some minutes: without these programs there are fewer tests, not none.
 */
export async function provideForeignPrograms(say: (line: string) => void): Promise<string[]> {
  const missing = foreignPrograms.filter(({ name }) => !isOnPath(name))
  if (missing.length === 0) return []
  const packages = [...new Set(missing.map(({ debianPackage }) => debianPackage))]
  if (!mayInstall()) return missing.map((program) => describeAbsence(program))
  say(`  installing ${packages.join(' and ')}, foreign programs for the tests`)
  const failure = await installDebianPackages(packages)
  return foreignPrograms
    .filter(({ name }) => !isOnPath(name))
    .map((program) => describeAbsence(program, failure))
}

function describeAbsence(
  { name, debianPackage, usedFor }: ForeignProgram,
  failure?: string,
): string {
  const why = failure === undefined ? '' : `: ${failure}`
  return `${name}, ${usedFor}, is not installed (Debian package ${debianPackage})${why}`
}

/** The file that the shell would run, if there is one. */
export function findOnPath(program: string): string | undefined {
  return (process.env['PATH'] ?? '')
    .split(delimiter)
    .map((folder) => join(folder, program))
    .find(isExecutable)
}

export function isOnPath(program: string): boolean {
  return findOnPath(program) !== undefined
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}

function mayInstall(): boolean {
  return process.getuid?.() === 0 && isOnPath('apt-get') && !existsSync('/run/systemd/system')
}

/** Gives what went wrong in one line, or undefined. */
async function installDebianPackages(packages: readonly string[]): Promise<string | undefined> {
  const install = ['install', '--yes', '--no-install-recommends', ...packages]
  // A browser is more than 100 MB.
  if ((await aptGet(240_000, ...install)).ok) return undefined
  // A fresh container knows no packages yet.
  const update = await aptGet(60_000, 'update')
  const again = await aptGet(240_000, ...install)
  if (again.ok) return undefined
  return lastLine(update.ok ? again.output : update.output)
}

function aptGet(timeoutMs: number, ...args: readonly string[]): Promise<CommandResult> {
  const options = ['Acquire::Retries=1', 'Acquire::http::Timeout=15', 'DPkg::Lock::Timeout=30']
  return runCommand({
    program: 'apt-get',
    args: ['--quiet=2', ...options.flatMap((option) => ['-o', option]), ...args],
    // In run level 1 the installation of a broker does not start it.
    env: { DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' },
    timeoutMs,
  })
}

function lastLine(output: string): string {
  return output.trim().split('\n').at(-1) ?? ''
}
