import { runServer } from '@pileus/server/run-server'
import { type SettingRow, settings } from '@pileus/server/settings'
import { Command } from 'commander'
import { addHelpSections } from './help-text.ts'
import { alignColumns } from './printable-text.ts'

/** The platform itself. Options, variables, output and exit codes are those of the server. */
export function serveCommand(): Command {
  const command = new Command('serve')
    .description(
      'Runs the platform in this process until Ctrl-C or SIGTERM, which end it in order.',
    )
    .argument('[settings...]', 'options of the server, such as --http-port 8081')
    .usage('[--name value ...]')
    .allowUnknownOption()
    .action(async (args: readonly string[]) => {
      await runServer(args)
    })
  return addHelpSections(command, {
    examples: [
      ['pileus serve', 'on 127.0.0.1, everything in ./data'],
      ['pileus serve --data-dir /var/lib/pileus --host 0.0.0.0', 'for other machines too'],
    ],
    variables: [
      'PILEUS_HTTP_PORT is --http-port, and so on for each of these; secrets only there or in',
      'a file: PILEUS_ADMIN_PASSWORD, or PILEUS_ADMIN_PASSWORD_FILE and --admin-password-file.',
      'More of them, and the file pileus.json: docs/reference/configuration.md.',
    ],
    notes: ['Settings:', ...settingLines()],
  })
}

function settingLines(): readonly string[] {
  const rows = Object.entries<SettingRow>(settings).filter(([key]) => !/^limits\.\w+\./.test(key))
  return alignColumns(
    rows.map(([, { variable, default: value, isSecret }]) => [
      `  ${isSecret ? `${optionOf(variable)}-file` : optionOf(variable)}`,
      value === undefined || Array.isArray(value) ? '' : String(value),
    ]),
  )
}

function optionOf(variable: string): string {
  return `--${variable.slice('PILEUS_'.length).toLowerCase().replaceAll('_', '-')}`
}
