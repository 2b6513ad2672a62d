import type { Command } from 'commander'
import { programName } from './program-name.ts'

export interface HelpSections {
  /** Commands to copy, each with what it does. */
  readonly examples: readonly (readonly [command: string, what: string])[]
  /** Variables of the environment that count, a sentence each. */
  readonly variables?: readonly string[]
  readonly notes?: readonly string[]
}

/** What stands behind the options in the help of a command. */
export function addHelpSections(command: Command, sections: HelpSections): Command {
  const { examples, variables = [], notes = [] } = sections
  const lines = [
    '',
    'Examples:',
    ...examples.flatMap(([example, what]) => [
      `  ${example.replace(/^pileus/, programName)}`,
      `      ${what}`,
    ]),
    ...(variables.length === 0 ? [] : ['', 'From the environment:']),
    ...variables.map((variable) => `  ${variable}`),
    ...(notes.length === 0 ? [] : ['']),
    ...notes,
  ]
  return command.addHelpText('after', lines.join('\n'))
}
