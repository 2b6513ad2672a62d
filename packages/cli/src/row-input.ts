import { CommandFailure } from './exit-codes.ts'
import type { Terminal } from './terminal.ts'

/** More than any message may have; what is longer is not a payload. */
const inputBytesMax = 1024 * 1024

/**
 * The rows that the arguments are, one message joined by line breaks; `-`, or no argument where
 * the input is no terminal, stands for standard input. Ends lose no line break that is in quotes.
 */
export async function readRows(args: readonly string[], { input }: Terminal): Promise<string> {
  if (args.length === 0 && input.isTTY) {
    throw new CommandFailure(
      'usage',
      'There is no row.',
      'Give rows as arguments, or - to read them from standard input.',
    )
  }
  const isFromInput = args.length === 0 || args.includes('-')
  const fromInput = isFromInput ? (await readAll(input)).replace(/(?:\r?\n)+$/, '') : ''
  return args.length === 0
    ? fromInput
    : args.map((argument) => (argument === '-' ? fromInput : argument)).join('\n')
}

async function readAll(input: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of input) {
    bytes += chunk.length
    if (bytes > inputBytesMax) {
      throw new CommandFailure('usage', `Standard input has more than ${inputBytesMax} bytes.`)
    }
    chunks.push(chunk)
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks))
  } catch {
    throw new CommandFailure('refused', '42: standard input is not valid UTF-8, as rows must be.')
  }
}
