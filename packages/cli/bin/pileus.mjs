#!/usr/bin/env node
// The command `pileus`, on whatever Node the machine has (20 or newer), so it is plain JavaScript
// without a dependency. In a published package the command is compiled and runs right here. In the
// repository it runs from its sources, on the Node that the repository pins.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { constants } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const source = fileURLToPath(new URL('../src/main.ts', import.meta.url))
const node = join(
  root,
  'node_modules',
  'node',
  'bin',
  process.platform === 'win32' ? 'node.exe' : 'node',
)

if (!existsSync(source)) await import('../dist/main.js')
else if (existsSync(node) && isInstalled('commander')) runFromSource()
else {
  process.stderr.write(
    'pileus: its dependencies are not installed yet. `npm start` or `npm test` in the repository\n' +
      'installs them.\n',
  )
  process.exitCode = 69
}

function isInstalled(name) {
  try {
    import.meta.resolve(name)
    return true
  } catch {
    return false
  }
}

/** With our own terminal, and the end of the program as our own. */
function runFromSource() {
  const child = spawn(node, ['--conditions=@pileus/source', source, ...process.argv.slice(2)], {
    stdio: 'inherit',
    env: {
      // The script `start` of package.json names it too.
      NODE_COMPILE_CACHE: join(root, 'node_modules', '.cache', 'node'),
      ...process.env,
    },
  })
  // A terminal delivers Ctrl-C to the program itself, and a second one means something else.
  const hasTerminal = [process.stdin, process.stdout, process.stderr].some(({ isTTY }) => isTTY)
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP']
  for (const signal of signals) {
    process.on(signal, () => {
      if (signal !== 'SIGINT' || !hasTerminal) child.kill(signal)
    })
  }
  child.on('error', (error) => {
    process.stderr.write(`pileus: ${node} does not start: ${error.message}\n`)
    process.exitCode = 70
  })
  child.on('close', (code, signal) => {
    // As a shell tells of a program that a signal has ended.
    process.exitCode = code ?? 128 + (constants.signals[signal] ?? 0)
    // No signal may be waited for any more.
    for (const each of signals) process.removeAllListeners(each)
  })
}
