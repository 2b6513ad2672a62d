import { once } from 'node:events'
import type { RunningProgram } from './running-program.ts'

/** A Node program has to be started with this, so that its inspector takes a free port. */
export const inspectableArgs = ['--inspect-port=0'] as const

/**
 * Reaches into a running Node program and has it throw away what nobody holds any more.
 *
 * Collects twice: what is only released by the first collection (closed handles, for example)
 * goes with the second.
 */
export async function collectGarbage(program: RunningProgram): Promise<void> {
  const listening = program.firstComplaint(/^Debugger listening on (ws:\S+)$/m)
  program.child.kill('SIGUSR1')
  const [, url = ''] = await listening
  const socket = new WebSocket(url)
  await once(socket, 'open')
  for (const id of [1, 2]) {
    const answered = once(socket, 'message')
    socket.send(JSON.stringify({ id, method: 'HeapProfiler.collectGarbage' }))
    await answered
  }
  const closed = once(socket, 'close')
  socket.close()
  await closed
}
