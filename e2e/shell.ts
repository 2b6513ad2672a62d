import { spawn } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { inTime } from './until.ts'

export interface ShellResult {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** A shell that runs a script as a person would type it; it and what it started end with the test. */
export class Shell implements AsyncDisposable {
  readonly #end: Promise<ShellResult>
  readonly #pid: number | undefined
  #stdout = ''

  constructor(script: string, env: Readonly<Record<string, string>> = {}, folder?: string) {
    const child = spawn('sh', ['-c', script], {
      env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      // A group of its own, so that everything in it can be ended.
      detached: true,
      ...(folder === undefined ? {} : { cwd: folder }),
    })
    this.#pid = child.pid
    let stderr = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      this.#stdout += text
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text
    })
    const { promise, resolve, reject } = Promise.withResolvers<ShellResult>()
    this.#end = promise
    this.#end.catch(() => {})
    child.once('error', reject)
    child.once('close', (code) => resolve({ code, stdout: this.#stdout, stderr }))
  }

  /** What it has said so far. */
  get stdout(): string {
    return this.#stdout
  }

  async ended(ms?: number): Promise<ShellResult> {
    return await inTime('the end of the shell', this.#end, ms)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      if (this.#pid !== undefined) process.kill(-this.#pid, 'SIGKILL')
    } catch {
      // It has ended already.
    }
    await this.#end
  }
}

/** Why a test that needs these programs cannot run here, or `false`. */
export function reasonToSkip(programs: readonly string[], debianPackage: string): string | false {
  const missing = programs.filter((program) => !isOnPath(program))
  return missing.length === 0
    ? false
    : `${missing.join(', ')} not found (Debian package ${debianPackage})`
}

function isOnPath(program: string): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}
