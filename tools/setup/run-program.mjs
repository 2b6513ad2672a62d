import { spawn } from 'node:child_process'

/**
 * Runs a program to its end and hands each line that it says to `onLine`. A signal to us is one to
 * it. Gives all its lines, and how it ended: with `error` if it could not be started.
 */
export async function runProgram(program, args, { onStart, onLine = () => {}, ...options }) {
  const child = spawn(program, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] })
  onStart(child.pid)
  const passOn = (signal) => child.kill(signal)
  process.on('SIGINT', passOn).on('SIGTERM', passOn)
  const lines = []
  for (const stream of [child.stdout, child.stderr]) {
    onLines(stream, (line) => {
      lines.push(line)
      onLine(line)
    })
  }
  const outcome = await new Promise((resolve) => {
    child.on('error', (error) => resolve({ error }))
    child.on('close', (code, signal) => resolve({ code, signal }))
  })
  process.off('SIGINT', passOn).off('SIGTERM', passOn)
  return { ...outcome, lines }
}

/** Whether somebody ended it before it was done. */
export function wasInterrupted({ code, signal }) {
  return Boolean(signal) || code === 130 || code === 143
}

export const interruptedWords =
  'The set-up was interrupted. Run the same command again to finish it.'

function onLines(stream, onLine) {
  let rest = ''
  stream.setEncoding('utf8')
  stream.on('data', (chunk) => {
    const lines = (rest + chunk).split('\n')
    rest = lines.pop()
    lines.forEach(onLine)
  })
  stream.on('end', () => rest !== '' && onLine(rest))
}
