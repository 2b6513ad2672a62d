import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { type Cores, describeMachine } from './machine.ts'

/** The line of a report that says where its figures come from. */
export function describeRun(cores: Cores): string {
  return `${describeMachine(cores)}; Node ${process.versions.node}; sources ${commitName()}`
}

/** Keeps everything that was measured for other programs, if a file is asked for. */
export function writeJson(file: string | undefined, content: object): void {
  if (file !== undefined) writeFileSync(file, `${JSON.stringify(content, undefined, 2)}\n`)
}

/** Which state of the sources was measured. */
function commitName(): string {
  try {
    const name = execFileSync('git', ['describe', '--always', '--dirty'], {
      cwd: import.meta.dirname,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    return name.trim()
  } catch {
    return 'outside git'
  }
}
