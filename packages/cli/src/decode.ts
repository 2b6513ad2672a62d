import { explainPayload } from '@pileus/smartrest'
import { Command } from 'commander'
import { exitCodes } from './exit-codes.ts'
import { addHelpSections } from './help-text.ts'
import { renderExplanation } from './render-explanation.ts'
import { readRows } from './row-input.ts'
import { columnsOf, printLines, type Terminal } from './terminal.ts'

interface DecodeOptions {
  readonly down?: true
  readonly json?: true
}

const adviceDown = 'Rows from the platform to a device are read with --down.'
const adviceUp = 'Rows from a device to the platform are read without --down.'

/** Explains rows without a platform. Exit code 1 if one of them is wrong. */
export function decodeCommand(terminal: Terminal): Command {
  const command = new Command('decode')
    .description('Explains SmartREST rows of the static templates. Needs no platform.')
    .argument('[rows...]', 'rows of one message; - reads standard input')
    .option('--down', 'rows from the platform to the device')
    .option('--json', 'as one JSON document, for programs')
    .action(async (args: readonly string[], options: DecodeOptions) => {
      const text = await readRows(args, terminal)
      const isDownlink = options.down === true
      const rows = explainPayload(text, { receivedAt: Date.now(), isDownlink })
      const { output, paint } = terminal
      if (options.json) output.write(`${JSON.stringify({ rows }, undefined, 2)}\n`)
      else {
        const explanations = rows.map((row) => renderExplanation(row, columnsOf(terminal), paint))
        const parts = explanations.flatMap((lines, index) => (index === 0 ? lines : ['', ...lines]))
        printLines(output, parts.length === 0 ? ['There is no row in it.'] : parts)
        if (rows.some(({ error }) => error?.code === 40)) {
          printLines(output, ['', isDownlink ? adviceUp : adviceDown])
        }
      }
      if (rows.some(({ error }) => error !== undefined)) {
        process.exitCode = exitCodes.refused.code
      }
    })
  return addHelpSections(command, {
    examples: [
      ["pileus decode '211,25'", 'what a temperature becomes'],
      ["pileus decode '200,acme_Flow,rate,4,2,l/min'", 'which column is wrong, and why'],
      ["pileus decode --down '511,pump-1,uptime'", 'what the platform asks a device to do'],
      ['pileus decode --json - < rows.csv', 'for programs'],
    ],
    notes: ['Ends with 1 if a row would be refused.'],
  })
}
