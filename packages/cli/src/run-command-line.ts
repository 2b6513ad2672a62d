import { readFileSync } from 'node:fs'
import { Command, CommanderError } from 'commander'
import { commands } from './commands.ts'
import { CommandFailure, exitCodes } from './exit-codes.ts'
import { Interrupted } from './interruption.ts'
import { programName } from './program-name.ts'
import { refuseSecretArguments } from './secrets.ts'
import { columnsOf, printLines, type Terminal } from './terminal.ts'

/**
 * Runs one command. Gives the exit code of a failure; undefined where the command is done or has
 * set the code itself, which one that goes on running does.
 */
export async function runCommandLine(
  args: readonly string[],
  terminal: Terminal,
): Promise<number | undefined> {
  try {
    const [name] = args
    // The server has its own words for a secret on its command line.
    if (name !== 'serve') refuseSecretArguments(args)
    const asked = withHelpBehind(args)
    const program = await buildProgram(asked, terminal)
    await program.parseAsync([...asked], { from: 'user' })
    return undefined
  } catch (error) {
    return report(error, terminal)
  }
}

/** `help device run` is `device run --help`, at any depth. */
function withHelpBehind(args: readonly string[]): readonly string[] {
  const [first, ...words] = args
  if (first !== 'help') return args
  const [name] = words
  if (name !== undefined && !name.startsWith('-') && !commands.some((row) => row.name === name)) {
    throw new CommandFailure('usage', `there is no command '${name}' to explain`, usageAdvice)
  }
  return [...words, '--help']
}

/** Only the command that is asked for is loaded: `decode` need not wait for an MQTT client. */
async function buildProgram(args: readonly string[], terminal: Terminal): Promise<Command> {
  const program = new Command('pileus')
    .description('Runs the platform, plays devices, and looks after both.')
    .version(version(), '-V, --version', 'the version of this program')
    .addHelpText('after', () => exitCodeHelp())
  const wanted = args.filter((argument) => !argument.startsWith('-')).slice(0, 2)
  for (const { name, summary, load } of commands) {
    if (wanted.includes(name)) program.addCommand((await load())(terminal).summary(summary))
    else program.command(name).description(summary)
  }
  return adapt(program, terminal)
}

/** Settings that commander does not hand down to commands which were added. */
function adapt(command: Command, terminal: Terminal): Command {
  command.exitOverride().showHelpAfterError(false).showSuggestionAfterError(true)
  command.configureOutput({
    writeOut: (text) => terminal.output.write(text),
    // Told once, with the other failures.
    writeErr: () => {},
    getOutHelpWidth: () => columnsOf(terminal),
    getErrHelpWidth: () => columnsOf(terminal),
    getOutHasColors: () => false,
  })
  command.helpOption('-h, --help', 'this help')
  if (command.commands.length > 0) command.helpCommand('help [command]', 'help for a command')
  for (const each of command.commands) adapt(each, terminal)
  return command
}

function version(): string {
  const manifest = readFileSync(new URL('../package.json', import.meta.url), 'utf8')
  const { version }: { version: string } = JSON.parse(manifest)
  return version
}

function exitCodeHelp(): string {
  const rows = Object.values(exitCodes).map(
    ({ code, meaning }) => `  ${String(code).padEnd(4)} ${meaning}`,
  )
  return ['', 'Exit codes:', ...rows].join('\n')
}

function report(error: unknown, terminal: Terminal): number | undefined {
  const { errors, paintErrors: paint } = terminal
  if (error instanceof Interrupted) return exitCodes.done.code
  if (error instanceof CommandFailure) {
    const [first = '', ...rest] = error.message.split('\n')
    printLines(errors, [`${paint('bad', 'pileus:')} ${first}`, ...rest, ...error.advice])
    return exitCodes[error.exit].code
  }
  if (error instanceof CommanderError) return reportUsage(error, terminal)
  const details = error instanceof Error ? (error.stack ?? error.message) : String(error)
  printLines(errors, [`${paint('bad', 'pileus:')} a mistake in this program:`, details])
  return exitCodes.internal.code
}

const usageAdvice = `\`${programName} help\` lists the commands, \`${programName} help <command>\` explains one.`

function reportUsage(error: CommanderError, { errors, paintErrors: paint }: Terminal) {
  // Help and version were asked for and have been printed.
  if (error.exitCode === 0) return undefined
  const words = error.message.replace(/^error: /, '').trim()
  // Without a command commander throws its help instead of a sentence.
  const sentence = words === '(outputHelp)' ? 'a command is missing' : words
  printLines(errors, [
    `${paint('bad', 'pileus:')} ${sentence.replaceAll(/\s*\n\s*/g, ' ')}`,
    usageAdvice,
  ])
  return exitCodes.usage.code
}
