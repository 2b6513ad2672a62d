import { spawn } from 'node:child_process'
import { dirname, join } from 'node:path'

export const repositoryRoot = dirname(import.meta.dirname)

export interface Command {
  readonly program: string
  readonly args: readonly string[]
  /** Added to our own environment. */
  readonly env?: Readonly<Record<string, string>>
  /** Folder to run in, otherwise the root of the repository. */
  readonly cwd?: string
  /** Ends the program after this time; the result then says so. */
  readonly timeoutMs?: number
}

export interface CommandResult {
  readonly ok: boolean
  /** Standard output and standard error in the order in which they came. */
  readonly output: string
  readonly durationMs: number
}

/** A program of ours or of node_modules, on the Node that runs us. Never throws. */
export function runCommand(command: Command): Promise<CommandResult> {
  const { program, args, cwd = repositoryRoot, env, timeoutMs } = command
  const startedAt = performance.now()
  return new Promise((resolve) => {
    const chunks: Buffer[] = []
    const finish = (ok: boolean, note: string): void => {
      const output = Buffer.concat(chunks).toString('utf8') + note
      resolve({ ok, output, durationMs: performance.now() - startedAt })
    }
    const child = spawn(program, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(timeoutMs === undefined ? {} : { timeout: timeoutMs }),
    })
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))
    child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk))
    child.on('error', (error) => finish(false, `${error.message}\n`))
    child.on('close', (code, signal) => {
      finish(code === 0, signal === null ? '' : `${program} was ended by ${signal}\n`)
    })
  })
}

/** A command of an npm package, whose name is that of its file in node_modules/.bin. */
export function packageCommand(name: string, ...args: readonly string[]): Command {
  return nodeCommand(join(repositoryRoot, 'node_modules', '.bin', name), ...args)
}

/** A script on the Node that runs us, with our workspaces resolved to their sources. */
export function nodeCommand(...args: readonly string[]): Command {
  return { program: process.execPath, args: ['--conditions=@pileus/source', ...args] }
}

export function formatSeconds(durationMs: number): string {
  return `${(durationMs / 1000).toFixed(1)} s`
}
