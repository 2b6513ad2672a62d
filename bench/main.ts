// `npm run bench -- ingest --devices 1000`: one measurement, its table on standard output.
// `npm run bench -- help` lists them. How to read the figures: README.md.
import {
  CommandLineError,
  describeOptions,
  type OptionTable,
  parseOptions,
} from './command-line.ts'
import { connectsOptions, measureConnects } from './connects.ts'
import { consoleOptions, measureConsole } from './console.ts'
import { ingestOptions, measureIngest } from './ingest.ts'
import { measureOperations, operationsOptions } from './operations.ts'
import { measureRegistrations, registrationsOptions } from './registrations.ts'

interface Measurement {
  readonly summary: string
  readonly options: OptionTable
  /** Gives false if what was measured is not what should be. */
  readonly run: (args: readonly string[]) => Promise<boolean>
}

const measurements: Readonly<Record<string, Measurement>> = {
  ingest: {
    summary: 'messages acknowledged per second, beside other brokers',
    options: ingestOptions,
    run: (args) => measureIngest(parseOptions(ingestOptions, args)),
  },
  operations: {
    summary: 'time from REST to the device',
    options: operationsOptions,
    run: (args) => measureOperations(parseOptions(operationsOptions, args)),
  },
  registrations: {
    summary: 'devices that get their credentials per second',
    options: registrationsOptions,
    run: (args) => measureRegistrations(parseOptions(registrationsOptions, args)),
  },
  connects: {
    summary: 'devices that come back per second after all were cut off',
    options: connectsOptions,
    run: (args) => measureConnects(parseOptions(connectsOptions, args)),
  },
  console: {
    summary: 'how quickly the web console is there',
    options: consoleOptions,
    run: (args) => measureConsole(parseOptions(consoleOptions, args)),
  },
}

const [name = 'help', ...args] = process.argv.slice(2)
try {
  process.exitCode = await perform(name, args)
} catch (error) {
  if (!(error instanceof CommandLineError)) throw error
  console.error(`${error.message}\n\n${help()}`)
  process.exitCode = 2
}

async function perform(asked: string, rest: readonly string[]): Promise<number> {
  if (asked === 'help' || asked === '--help') {
    console.log(help())
    return 0
  }
  const measurement = measurements[asked]
  if (measurement === undefined) throw new CommandLineError(`There is no measurement "${asked}".`)
  return (await measurement.run(rest)) ? 0 : 1
}

function help(): string {
  const sections = Object.entries(measurements).map(
    ([title, { summary, options }]) => `  ${title}: ${summary}\n${describeOptions(options)}`,
  )
  return ['npm run bench -- <measurement> [options]', ...sections].join('\n\n')
}
