import { choosePaint, type Paint } from './paint.ts'

/** What a command reads from and writes to. */
export interface Terminal {
  readonly input: NodeJS.ReadStream
  /** What was asked for. */
  readonly output: NodeJS.WriteStream
  /** Everything else that a person should know: problems and questions. */
  readonly errors: NodeJS.WriteStream
  readonly env: Env
  /** For `output`. */
  readonly paint: Paint
  /** For `errors`. */
  readonly paintErrors: Paint
}

export type Env = Readonly<Record<string, string | undefined>>

export function processTerminal(): Terminal {
  const { stdin, stdout, stderr, env } = process
  return {
    input: stdin,
    output: stdout,
    errors: stderr,
    env,
    paint: choosePaint(stdout, env),
    paintErrors: choosePaint(stderr, env),
  }
}

const usualColumns = 80
const columnsMin = 20

/** Width to write for: that of the terminal, else what `COLUMNS` says, else the usual one. */
export function columnsOf({ output, env }: Pick<Terminal, 'output' | 'env'>): number {
  const columns = output.columns || Number(env['COLUMNS']) || usualColumns
  return Math.max(columns, columnsMin)
}

export function printLines(output: NodeJS.WritableStream, lines: readonly string[]): void {
  output.write(lines.map((line) => `${line}\n`).join(''))
}
