import { type ExplainedRow, explainPayload, explainResponses } from '@pileus/smartrest'
import { Command } from 'commander'
import { readCollection, readDocument, templatesOf } from './collection-file.ts'
import { CommandFailure, exitCodes } from './exit-codes.ts'
import { addHelpSections } from './help-text.ts'
import { printable } from './printable-text.ts'
import { renderExplanation } from './render-explanation.ts'
import { readRows } from './row-input.ts'
import { columnsOf, printLines, type Terminal } from './terminal.ts'

interface DecodeOptions {
  readonly down?: true
  readonly json?: true
  readonly collection?: string
  readonly topic?: string
  readonly target?: string
}

const adviceDown = 'Rows from the platform to a device are read with --down.'
const adviceUp = 'Rows from a device to the platform are read without --down.'

/** Explains rows without a platform. Exit code 1 if one of them is wrong. */
export function decodeCommand(terminal: Terminal): Command {
  const command = new Command('decode')
    .description(
      'Explains SmartREST rows of the static templates, or of a template collection in a file. Needs no platform.',
    )
    .argument('[rows...]', 'rows of one message; - reads standard input')
    .option('--down', 'rows from the platform to the device; with --collection, a JSON document')
    .option('--collection <file>', 'JSON of a template collection, or its rows 10 and 11')
    .option('--topic <topic>', 'where the rows of the collection are sent', 's/uc/file')
    .option('--target <id>', 'the document is an operation for the device with this external id')
    .option('--json', 'as one JSON document, for programs')
    .action(async (args: readonly string[], options: DecodeOptions) => {
      const { collection, down } = options
      if (collection === undefined) await decodeStatic(args, options, terminal)
      else if (down) await decodeDocument(args, collection, options, terminal)
      else await decodeCustom(args, collection, options, terminal)
    })
  return addHelpSections(command, {
    examples: [
      ["pileus decode '211,25'", 'what a temperature becomes'],
      ["pileus decode '200,acme_Flow,rate,4,2,l/min'", 'which column is wrong, and why'],
      ["pileus decode --down '511,pump-1,uptime'", 'what the platform asks a device to do'],
      [
        "pileus decode --collection pump.json --topic s/uc/pump '801,,12.4'",
        'what a row of your own templates becomes',
      ],
      [
        'pileus decode --collection pump.json --target pump-1 --down operation.json',
        'what a device is sent for an operation, and which templates do not apply',
      ],
      ['pileus decode --json - < rows.csv', 'for programs'],
    ],
    notes: ['Ends with 1 if a row would be refused.'],
  })
}

async function decodeStatic(
  args: readonly string[],
  { json, down }: DecodeOptions,
  terminal: Terminal,
): Promise<void> {
  const text = await readRows(args, terminal)
  const isDownlink = down === true
  const rows = explainPayload(text, { receivedAt: Date.now(), isDownlink })
  tellRows(rows, json, terminal)
  if (!json && rows.some(({ error }) => error?.code === 40)) {
    printLines(terminal.output, ['', isDownlink ? adviceUp : adviceDown])
  }
}

async function decodeCustom(
  args: readonly string[],
  collectionPath: string,
  { json, topic = '' }: DecodeOptions,
  terminal: Terminal,
): Promise<void> {
  const templates = templatesOf(await readCollection(collectionPath), topic)
  const text = await readRows(args, terminal)
  const options = { receivedAt: Date.now(), isDownlink: false, templates }
  tellRows(explainPayload(text, options), json, terminal)
}

function tellRows(rows: readonly ExplainedRow[], asJson: true | undefined, terminal: Terminal) {
  const { output, paint } = terminal
  if (asJson) output.write(`${JSON.stringify({ rows }, undefined, 2)}\n`)
  else {
    const explanations = rows.map((row) => renderExplanation(row, columnsOf(terminal), paint))
    const parts = explanations.flatMap((lines, index) => (index === 0 ? lines : ['', ...lines]))
    printLines(output, parts.length === 0 ? ['There is no row in it.'] : parts)
  }
  if (rows.some(({ error }) => error !== undefined)) process.exitCode = exitCodes.refused.code
}

async function decodeDocument(
  [path, ...others]: readonly string[],
  collectionPath: string,
  { json, target }: DecodeOptions,
  { output, paint }: Terminal,
): Promise<void> {
  if (path === undefined || others.length > 0) {
    throw new CommandFailure(
      'usage',
      'With --collection and --down one file is expected: an operation, or an answer of REST.',
    )
  }
  const collection = await readCollection(collectionPath)
  const templates = explainResponses(collection, await readDocument(path), target)
  if (json) {
    output.write(`${JSON.stringify({ templates }, undefined, 2)}\n`)
    return
  }
  const lines = templates.flatMap(({ msgId, name, row, reason }) => [
    `${paint('strong', printable(msgId))} ${printable(name)}  ${printable(reason)}`,
    ...(row === undefined ? [] : [`  ${printable(row)}`]),
  ])
  printLines(output, lines.length === 0 ? ['The collection has no response template.'] : lines)
}
