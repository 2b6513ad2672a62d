import { parseArgs } from 'node:util'

/** One option of a measurement: `--in-flight 20`. */
export type OptionRow = { readonly meaning: string } & (
  | { readonly type: 'count'; readonly default: number | undefined }
  | { readonly type: 'seconds'; readonly default: number }
  | { readonly type: 'names'; readonly default: readonly string[] }
  | { readonly type: 'file'; readonly default: undefined }
)

export type OptionTable = Readonly<Record<string, OptionRow>>

/** What the options of a table have as values, missing ones replaced by their defaults. */
export type OptionValues<Table extends OptionTable> = {
  readonly [Name in keyof Table]: ValueOf<Table[Name]>
}

type ValueOf<Row extends OptionRow> = Row extends { readonly type: 'names' }
  ? readonly string[]
  : Row extends { readonly type: 'file' }
    ? string | undefined
    : Row extends { readonly default: number }
      ? number
      : number | undefined

/** An option that cannot be understood; the message is for whoever typed it. */
export class CommandLineError extends Error {}

/** Reads `--name value` pairs. Throws a `CommandLineError` for anything else. */
export function parseOptions<Table extends OptionTable>(
  table: Table,
  args: readonly string[],
): OptionValues<Table> {
  const given = readPairs(table, args)
  const entries = Object.entries(table).map(([name, row]) => {
    const text = given[name]
    return [name, text === undefined ? row.default : parseValue(name, row, text)]
  })
  return Object.fromEntries(entries) as OptionValues<Table>
}

function readPairs(
  table: OptionTable,
  args: readonly string[],
): Readonly<Record<string, string | undefined>> {
  const names = Object.keys(table)
  const options = Object.fromEntries(names.map((name) => [name, { type: 'string' as const }]))
  try {
    return { ...parseArgs({ args: [...args], options }).values }
  } catch (error) {
    throw new CommandLineError(error instanceof Error ? error.message : String(error))
  }
}

function parseValue(name: string, row: OptionRow, text: string): OptionRow['default'] | string {
  switch (row.type) {
    case 'count':
      if (!/^[1-9]\d{0,8}$/.test(text)) {
        throw new CommandLineError(`--${name} must be a whole number above 0, not "${text}"`)
      }
      return Number(text)
    case 'seconds':
      if (!/^\d{1,6}(?:\.\d+)?$/.test(text) || Number(text) === 0) {
        throw new CommandLineError(`--${name} must be a number of seconds above 0, not "${text}"`)
      }
      return Number(text)
    case 'names':
      return text.split(',').map((part) => part.trim())
    case 'file':
      return text
  }
}

const placeholders = { count: 'N', seconds: 'S', names: 'A,B', file: 'FILE' } as const

/** One line per option, for the help. */
export function describeOptions(table: OptionTable): string {
  const rows = Object.entries(table).map(([name, row]) => ({
    usage: `--${name} ${placeholders[row.type]}`,
    words: [row.meaning, ...defaultWords(row)].join(' '),
  }))
  const width = Math.max(...rows.map(({ usage }) => usage.length))
  return rows.map(({ usage, words }) => `    ${usage.padEnd(width)}  ${words}`).join('\n')
}

function defaultWords({ default: value }: OptionRow): readonly string[] {
  const text = value === undefined ? '' : String(value)
  return text === '' ? [] : [`(${text})`]
}
