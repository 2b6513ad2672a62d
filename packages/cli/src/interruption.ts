import { exitCodes } from './exit-codes.ts'

/** Whoever starts us may pass on what the terminal has delivered already (DESIGN §6). */
const secondSignalAfterMs = 1000

/**
 * A signal that is aborted by Ctrl-C or SIGTERM. Whoever asks for it ends in order then; a second
 * Ctrl-C, at least a second later, ends the process at once.
 */
export function listenForInterruption(): AbortSignal {
  const controller = new AbortController()
  let firstAt: number | undefined
  const onSignal = (): void => {
    const now = performance.now()
    if (firstAt === undefined) {
      firstAt = now
      controller.abort(new Interrupted())
    } else if (now - firstAt >= secondSignalAfterMs) process.exit(exitCodes.interrupted.code)
  }
  process.on('SIGINT', onSignal)
  process.on('SIGTERM', onSignal)
  return controller.signal
}

/** The reason of the signal: somebody wanted an end, and nothing is wrong. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted'
}
