// `npm run dev`: the platform from its sources, started again when they change, and beside it the
// console on Vite's server, which follows its own sources at once and passes REST on to the
// platform. Settings are those of the platform. Ctrl-C, or a signal to npm, ends both.
import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { repositoryRoot } from './run-command.ts'

const running = new Set<ChildProcess>()
let isEnding = false

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => endAll(signal))
startPlatform()

function startPlatform(): void {
  const platform = spawn(
    process.execPath,
    ['--conditions=@pileus/source', '--watch', 'packages/server/src/main.ts'],
    { cwd: repositoryRoot, stdio: ['ignore', 'pipe', 'inherit'] },
  )
  endTogether(platform)
  let hasConsole = false
  createInterface({ input: platform.stdout }).on('line', (line) => {
    process.stdout.write(`${line}\n`)
    const httpUrl = /^Pileus is ready: HTTP (\S+)/.exec(line)?.[1]
    // It is ready again after every change of its sources; the console's server stays.
    if (httpUrl === undefined || hasConsole || isEnding) return
    hasConsole = true
    startConsole(httpUrl)
  })
}

function startConsole(platformUrl: string): void {
  const vite = join(repositoryRoot, 'node_modules', 'vite', 'bin', 'vite.js')
  const server = spawn(process.execPath, [vite, '--clearScreen', 'false'], {
    cwd: join(repositoryRoot, 'packages', 'console'),
    env: { ...process.env, PILEUS_URL: platformUrl },
    stdio: 'inherit',
  })
  endTogether(server)
}

/** One without the other is of no use: the first to end takes the other one along. */
function endTogether(child: ChildProcess): void {
  running.add(child)
  child.on('error', (error) => process.stderr.write(`${error.message}\n`))
  child.on('close', (code) => {
    running.delete(child)
    if (isEnding) return
    process.exitCode = code || 1
    endAll('SIGTERM')
  })
}

/** A terminal tells the children itself too; each of them takes the second signal for the first. */
function endAll(signal: NodeJS.Signals): void {
  isEnding = true
  for (const child of running) child.kill(signal)
}
