import { setTimeout as pause } from 'node:timers/promises'
import type { ConsoleRegistrationRepresentation, RestClient } from '@pileus/rest-contract'
import { RestRefusal } from '@pileus/rest-contract'
import { Command } from 'commander'
import { CommandFailure, exitCodes } from './exit-codes.ts'
import { addHelpSections } from './help-text.ts'
import { listenForInterruption } from './interruption.ts'
import { LiveDisplay } from './live-display.ts'
import {
  addOperatorOptions,
  type OperatorOptions,
  type OperatorRest,
  openOperatorRest,
  operatorVariables,
} from './operator.ts'
import type { Paint } from './paint.ts'
import { printable } from './printable-text.ts'
import { programName } from './program-name.ts'
import { askText } from './prompt.ts'
import {
  describeRegistration,
  explainRefusal,
  newsOf,
  renderRegistrations,
} from './registration-view.ts'
import { quoteForShell, readSecretFile } from './secrets.ts'
import { columnsOf, printLines, type Terminal } from './terminal.ts'

/** What an operator does with those who want in (registration §2). */
export function registrationCommand(terminal: Terminal): Command {
  const group = new Command('registration').description(
    'Announces devices, shows who asks for credentials, and lets them in or not.',
  )
  const commands = [listCommand, addCommand, acceptCommand, rejectCommand]
  for (const build of commands) group.addCommand(addOperatorOptions(build(terminal)))
  return addHelpSections(group, {
    examples: [
      ['pileus registration add pump-1', 'expect a device with this id'],
      ['pileus registration list --watch', 'see when it asks'],
      ['pileus registration accept pump-1', 'let it in'],
    ],
    variables: operatorVariables,
  })
}

/** More at once than anybody reads; the platform gives no more on one page either. */
const listedMax = 2000
const watchEveryMs = 2000

interface ListOptions extends OperatorOptions {
  readonly watch?: true
}

function listCommand(terminal: Terminal): Command {
  const command = new Command('list')
    .description('Lists the open requests, those that can be accepted first.')
    .option('--watch', 'go on until Ctrl-C and show what changes')
    .action(async (options: ListOptions) => {
      const operator = await openOperatorRest(options, terminal)
      if (options.watch) await watch(operator, terminal)
      else {
        const page = await operator.call((rest) => listAll(rest))
        printLines(terminal.output, renderRegistrations(page, Date.now(), terminal.paint))
      }
    })
  return addHelpSections(command, {
    examples: [['pileus registration list', 'who waits, since when, and for whom']],
    variables: operatorVariables,
  })
}

async function listAll(
  rest: RestClient,
  signal?: AbortSignal,
): Promise<readonly ConsoleRegistrationRepresentation[]> {
  const { registrations } = await rest.get('/service/console/registrations', {
    query: { pageSize: listedMax },
    ...(signal !== undefined && { signal }),
  })
  return registrations
}

/** The list in place on a terminal; elsewhere a line for each change. */
async function watch(operator: OperatorRest, terminal: Terminal): Promise<void> {
  const { output, paint } = terminal
  const signal = listenForInterruption()
  const display = new LiveDisplay(output, () => columnsOf(terminal))
  let before: readonly ConsoleRegistrationRepresentation[] = []
  while (!signal.aborted) {
    const now = await operator.call((rest) => listAll(rest, signal))
    const rows = output.isTTY ? output.rows || Infinity : Infinity
    display.show(renderRegistrations(now, Date.now(), paint).slice(0, rows - 1))
    if (!display.isLive) display.log(...newsOf(before, now))
    before = now
    await pause(watchEveryMs, undefined, { signal }).catch(() => {})
  }
}

interface AddOptions extends OperatorOptions {
  readonly name?: string
  readonly type?: string
}

function addCommand(terminal: Terminal): Command {
  const command = new Command('add')
    .description('Announces devices. Nobody gets credentials for an id that is not announced.')
    .argument('<ids...>', 'ids of devices, such as serial numbers')
    .option('--name <name>', 'name of the device, unless it gives one itself')
    .option('--type <type>', 'type of the device, unless it gives one itself')
    .action(async (ids: readonly string[], options: AddOptions) => {
      const { name, type } = options
      const operator = await openOperatorRest(options, terminal)
      const body = { ...(name && { name }), ...(type && { type }) }
      await forEach(ids, terminal, async (id) => {
        await operator.call((rest) =>
          rest.post('/devicecontrol/newDeviceRequests', { body: { ...body, id } }),
        )
        const next = `When it has asked: ${programName} registration accept ${quoteForShell(id)}`
        return [`${tick(terminal.paint)} ${printable(id)} is expected. ${next}`]
      })
    })
  return addHelpSections(command, {
    examples: [
      ['pileus registration add pump-1 pump-2', 'two devices'],
      ["pileus registration add pump-1 --name 'Pump in hall 2'", 'with a name'],
    ],
    variables: operatorVariables,
  })
}

interface AcceptOptions extends OperatorOptions {
  readonly token?: true
  readonly tokenFile?: string
  readonly force?: true
}

function acceptCommand(terminal: Terminal): Command {
  const command = new Command('accept')
    .description('Lets in the device that has asked under this id.')
    .argument('<id>', 'id of the device')
    .option('--token', 'ask for the security token that the device shows')
    .option('--token-file <file>', 'a file with that token that only you can read')
    .option('--force', 'although two addresses ask; the one that asked last gets in')
    .action(async (id: string, options: AcceptOptions) => {
      const operator = await openOperatorRest(options, terminal)
      const request = await findRequest(operator, id)
      const securityToken = await tokenFor(request, options, terminal)
      printLines(terminal.output, describeRegistration(request, Date.now(), terminal.paint))
      await accept(operator, request, {
        status: 'ACCEPTED',
        ...(securityToken !== undefined && { securityToken }),
        ...(options.force && { force: true }),
      })
      printLines(terminal.output, [
        `${tick(terminal.paint)} ${printable(id)} is accepted. It gets its password with its next question, within seconds.`,
      ])
    })
  return addHelpSections(command, {
    examples: [
      ['pileus registration accept pump-1', 'asks for the token if the device has sent one'],
      ['pileus registration accept pump-1 --token-file label.txt', 'without asking'],
    ],
    variables: operatorVariables,
    notes: ['Five wrong tokens block a request, so a token is never taken from the command line.'],
  })
}

async function findRequest(
  operator: OperatorRest,
  id: string,
): Promise<ConsoleRegistrationRepresentation> {
  try {
    return await operator.call((rest) =>
      rest.get('/service/console/registrations/{id}', { path: { id } }),
    )
  } catch (error) {
    if (!(error instanceof RestRefusal) || error.status !== 404) throw error
    throw new CommandFailure(
      'refused',
      `There is no request for ${printable(id)}. Ids are case-sensitive, and requests expire.`,
      `To expect it: ${programName} registration add ${quoteForShell(id)}`,
    )
  }
}

/** A missing token counts as a wrong one, so it is asked for before and not after a refusal. */
async function tokenFor(
  { id, tokenPresented, tokenPolicy }: ConsoleRegistrationRepresentation,
  { token, tokenFile }: AcceptOptions,
  terminal: Terminal,
): Promise<string | undefined> {
  if (tokenFile !== undefined) return readSecretFile(tokenFile, '--token-file')
  const isNeeded = tokenPresented && tokenPolicy !== 'IGNORED'
  if (!token && !isNeeded) return undefined
  if (terminal.input.isTTY) {
    return await askText(terminal, `Security token that ${printable(id)} shows: `)
  }
  throw new CommandFailure(
    'configuration',
    `${printable(id)} has sent a security token, and acceptance needs it.`,
    'Put what the device shows into a file of mode 600 and name it with --token-file.',
  )
}

async function accept(
  operator: OperatorRest,
  request: ConsoleRegistrationRepresentation,
  body: object,
): Promise<void> {
  const path = { id: request.id }
  try {
    await operator.call((rest) => rest.put('/devicecontrol/newDeviceRequests/{id}', { path, body }))
  } catch (error) {
    if (!(error instanceof RestRefusal)) throw error
    // What has become of it: tokens left, who asks.
    const now = await findRequest(operator, request.id)
    throw new CommandFailure(
      'refused',
      printable(error.message),
      ...explainRefusal(now, Date.now()),
    )
  }
}

function rejectCommand(terminal: Terminal): Command {
  const command = new Command('reject')
    .description('Gives up requests, in every state. The devices can be announced again.')
    .argument('<ids...>', 'ids of devices')
    .action(async (ids: readonly string[], options: OperatorOptions) => {
      const operator = await openOperatorRest(options, terminal)
      await forEach(ids, terminal, async (id) => {
        await operator.call((rest) =>
          rest.delete('/devicecontrol/newDeviceRequests/{id}', { path: { id } }),
        )
        return [`${tick(terminal.paint)} ${printable(id)} is not expected any more.`]
      })
    })
  return addHelpSections(command, {
    examples: [['pileus registration reject pump-1', 'also when it is blocked']],
    variables: operatorVariables,
  })
}

/** Each id alone: what is refused for one is no reason to leave out the others. */
async function forEach(
  ids: readonly string[],
  { output, errors, paintErrors }: Terminal,
  run: (id: string) => Promise<readonly string[]>,
): Promise<void> {
  for (const id of ids) {
    try {
      printLines(output, await run(id))
    } catch (error) {
      if (!(error instanceof RestRefusal)) throw error
      printLines(errors, [
        `${paintErrors('bad', 'pileus:')} ${printable(id)}: ${printable(error.message)}`,
      ])
      process.exitCode = exitCodes.refused.code
    }
  }
}

function tick(paint: Paint): string {
  return paint('good', '✓')
}
