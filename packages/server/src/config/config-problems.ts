/** Every way in which a configuration is refused; the process ends with exit code 78. */
export const configProblems = {
  unknownVariable: 'The environment variable {name} is unknown.',
  unknownOption: 'The option {name} is unknown.',
  unknownKey: '{name} is unknown.',
  strayArgument: 'Argument {position} of the command line belongs to no option.',
  valueMissing: '{name} needs a value.',
  givenTwice: '{name} is given twice.',
  secretAndFile: '{name} and {otherName} exclude each other.',
  wrongValue: '{name} must be {expected}.',
  wrongValueQuoted: '{name} must be {expected}, not {found}.',
  secretOnCommandLine:
    '{name} is a secret, and others can see the command line: use {variable} or {variable}_FILE.',
  fileMissing: '{name}: the file {path} does not exist.',
  fileUnreadable: '{name}: the file {path} cannot be read ({reason}).',
  secretFileTooOpen:
    '{name}: the file {path} holds a secret, so group and others must have no access (chmod 600).',
  fileNotJson: '{path} is not valid JSON{where}.',
  fileNotAnObject: '{path} must hold one JSON object.',
  notOffered: '{name} is not offered yet: {reason}.',
} as const satisfies Record<string, string>

export type ConfigProblemCode = keyof typeof configProblems

/** Never carries a secret value, so it may be printed as it is. */
export interface ConfigProblem {
  readonly code: ConfigProblemCode
  readonly details: Readonly<Record<string, string>>
}

/** One sentence that names the setting as the operator wrote it. */
export function formatConfigProblem({ code, details }: ConfigProblem): string {
  return configProblems[code].replace(/\{(\w+)\}/g, (_, name: string) => details[name] ?? '')
}
