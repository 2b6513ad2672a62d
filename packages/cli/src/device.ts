import { Command } from 'commander'
import { deviceRunCommand } from './device-run.ts'
import { deviceSendCommand } from './device-send.ts'
import { addHelpSections } from './help-text.ts'
import type { Terminal } from './terminal.ts'

/** The device's side. */
export function deviceCommand(terminal: Terminal): Command {
  const group = new Command('device')
    .description('Plays a device, or sends rows as one.')
    .addCommand(deviceRunCommand(terminal))
    .addCommand(deviceSendCommand(terminal))
  return addHelpSections(group, {
    examples: [
      ['pileus device run --id my-device', 'from the first question to a temperature every 5 s'],
      ["pileus device send --id my-device '211,25'", 'a row, and whether it was taken'],
    ],
  })
}
