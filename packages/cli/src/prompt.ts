import { createInterface } from 'node:readline/promises'
import { StringDecoder } from 'node:string_decoder'
import { CommandFailure } from './exit-codes.ts'
import type { Terminal } from './terminal.ts'

const noEnd = { isEntered: false, isCancelled: false } as const

/** What has been typed so far, and whether that is the end of it. */
export interface Typed {
  readonly text: string
  readonly isEntered: boolean
  readonly isCancelled: boolean
}

export const nothingTyped: Typed = { text: '', ...noEnd }

/** Keys as a terminal in raw mode sends them. Those that move the cursor have no meaning here. */
export function typeKeys(typed: Typed, keys: string): Typed {
  let { text } = typed
  // oxlint-disable-next-line no-control-regex -- keys are control characters
  for (const [key] of keys.matchAll(/\u001b(?:\[[\d;]*[@-~]|O[@-~]|[^[O])?|[^]/gu)) {
    switch (key) {
      case '\r':
      case '\n':
        return { text, isEntered: true, isCancelled: false }
      case '\u0003': // Ctrl-C
      case '\u0004': // Ctrl-D
        return { text: '', isEntered: false, isCancelled: true }
      case '\u0015': // Ctrl-U
        text = ''
        break
      case '\b':
      case '\u007f':
        text = Array.from(text).slice(0, -1).join('')
        break
      default:
        if (!/^\p{Cc}/u.test(key)) text += key
    }
  }
  return { text, ...noEnd }
}

/** Asks for a secret without showing what is typed. The terminal's input must be one. */
export async function askSecret({ input, errors }: Terminal, question: string): Promise<string> {
  const decoder = new StringDecoder('utf8')
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  let typed = nothingTyped
  const onData = (chunk: Buffer): void => {
    typed = typeKeys(typed, decoder.write(chunk))
    if (typed.isCancelled) reject(new CommandFailure('interrupted', 'Nothing was entered.'))
    else if (typed.isEntered) resolve(typed.text)
  }
  const onEnd = (): void => reject(new CommandFailure('interrupted', 'Nothing was entered.'))
  input.setRawMode(true)
  input.on('data', onData)
  input.once('end', onEnd)
  // Only now may somebody type: before, the terminal would have shown it.
  errors.write(question)
  try {
    return await promise
  } finally {
    input.off('data', onData)
    input.off('end', onEnd)
    input.pause()
    input.setRawMode(false)
    errors.write('\n')
  }
}

/** Asks for something that may be seen. */
export async function askText({ input, errors }: Terminal, question: string): Promise<string> {
  const lines = createInterface({ input, output: errors })
  const cancelled = new AbortController()
  lines.once('SIGINT', () => cancelled.abort())
  lines.once('close', () => cancelled.abort())
  try {
    return (await lines.question(question, { signal: cancelled.signal })).trim()
  } catch (error) {
    if (!cancelled.signal.aborted) throw error
    errors.write('\n')
    throw new CommandFailure('interrupted', 'Nothing was entered.')
  } finally {
    lines.close()
  }
}
