import { runCommandLine } from './run-command-line.ts'
import { processTerminal } from './terminal.ts'

// A reader that goes away, as `head` does, is no mistake of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
  process.exit()
})

const code = await runCommandLine(process.argv.slice(2), processTerminal())
if (code !== undefined) process.exitCode = code
