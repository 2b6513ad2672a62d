/** With what `pileus` ends; numbers from 64 on are those of sysexits. Help and guide read this. */
export const exitCodes = {
  done: { code: 0, meaning: 'Done; also after Ctrl-C in a command that runs until then.' },
  refused: { code: 1, meaning: 'The platform refused a row or a request, or a row is wrong.' },
  usage: { code: 64, meaning: 'The command line is wrong: unknown command, option or value.' },
  noInput: { code: 66, meaning: 'A file cannot be read or written.' },
  unavailable: { code: 69, meaning: 'The platform does not answer, or is too busy.' },
  internal: { code: 70, meaning: 'A mistake in this program.' },
  noPermission: { code: 77, meaning: 'Wrong password, a missing right, or a file open to others.' },
  configuration: {
    code: 78,
    meaning: 'A password or an address is missing, or a variable is wrong.',
  },
  interrupted: { code: 130, meaning: 'Ctrl-C before a command was done, or twice.' },
} as const satisfies Record<string, { readonly code: number; readonly meaning: string }>

export type ExitName = keyof typeof exitCodes

/** The command cannot go on, for a reason that the person in front of it can do something about. */
export class CommandFailure extends Error {
  override readonly name = 'CommandFailure'
  readonly exit: ExitName
  /** What to do now, a sentence a line. */
  readonly advice: readonly string[]

  constructor(exit: ExitName, message: string, ...advice: readonly string[]) {
    super(message)
    this.exit = exit
    this.advice = advice
  }
}
