import { formatRow } from './format-row.ts'

/** The codes of `s/e` (mqtt-endpoint §10.1). 43 is for definitions of SmartREST 1.0, not for rows. */
export type RowProblemCode = 40 | 41 | 42 | 45 | 50

interface RowProblemRow {
  readonly code: RowProblemCode
  /** One sentence for the person holding the device. `{name}` is filled in. */
  readonly text: string
}

/**
 * Every reason why a row can be refused, with the sentence that the device is sent.
 *
 * Texts are those that mqtt-endpoint §10.1 observed or recommends, and its words elsewhere.
 * `{label}` is the column's name in plain words, `{value}` what the device sent there.
 */
export const rowProblems = {
  // 40: which template?
  staticTemplateUnknown: { code: 40, text: 'No static template for this message id' },
  customTemplateUnknown: {
    code: 40,
    text: 'No template with message id {messageId} in collection {xId}',
  },
  collectionUnknown: { code: 40, text: 'Template collection {xId} does not exist' },
  noDefaultCollection: { code: 40, text: 'The client id names no default template collection' },

  // 41: understood, but refused. What the rules of the platform refuse has their words.
  topicNotSupported: { code: 41, text: 'Publishing to topic {topic} is not supported' },
  notABootstrapSession: {
    code: 41,
    text: 'Only a bootstrap session can ask for credentials',
  },
  notADeviceUser: { code: 41, text: 'Only the user of a device can ask for a token' },
  replyTooLong: { code: 41, text: 'The reply does not fit into one message' },

  // 42: not readable.
  notUtf8: { code: 42, text: 'The message is not valid UTF-8' },
  messageIdNotClosed: { code: 42, text: 'The quoted message id is not closed' },
  valueNotClosed: { code: 42, text: 'The quoted value in column {column} is not closed' },
  tooManyRows: { code: 42, text: 'A message can have {max} rows' },
  tooManyColumns: { code: 42, text: 'A row can have {max} columns' },

  // 45: readable, but not what the template asks for.
  columnMissing: { code: 45, text: 'Column {column} ({label}) is required' },
  columnsMissing: { code: 45, text: 'At least one of the columns {labels} is required' },
  notANumber: { code: 45, text: 'Column {column} ({label}) must be a number, not "{value}"' },
  notAnInteger: { code: 45, text: 'Column {column} ({label}) must be an integer, not "{value}"' },
  notUnsigned: {
    code: 45,
    text: 'Column {column} ({label}) must be an integer without sign, not "{value}"',
  },
  notABoolean: {
    code: 45,
    text: 'Column {column} ({label}) must be true or false, not "{value}"',
  },
  notATime: {
    code: 45,
    text: 'Column {column} ({label}) must be a time like 2032-02-01T08:15:30Z, not "{value}"',
  },
  notAChoice: {
    code: 45,
    text: 'Column {column} ({label}) must be one of {choices}, not "{value}"',
  },
  notInRange: {
    code: 45,
    text: 'Column {column} ({label}) must be between {min} and {max}, not "{value}"',
  },
  notAPath: {
    code: 45,
    text: 'Column {column} ({label}) must be names separated by dots, not "{value}"',
  },
  nameReserved: { code: 45, text: 'Column {column} ({label}) must not be "{value}"' },

  // 50: our fault; the row had no effect.
  deviceNotCreated: { code: 50, text: 'Error on device creation, message: {message}' },
  internalError: { code: 50, text: 'Internal error, the row had no effect' },
} as const satisfies Record<string, RowProblemRow>

export type RowProblemName = keyof typeof rowProblems

/** Why one row had no effect. */
export interface RowProblem {
  readonly code: RowProblemCode
  /** The first value of the row as received, empty where it has none. */
  readonly messageId: string
  readonly text: string
  /** The faulty column, counted from 1 after the message id. */
  readonly column?: number
  /** The row within its message, counted from 1; blank rows do not count. */
  readonly row?: number
}

/** An outcome that may be a refusal of the row. */
export type RowResult<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problem: RowProblem }

/** The details that the text of a problem needs, `column` aside. */
type Details<Name extends RowProblemName> = Readonly<
  Record<Exclude<Placeholder<(typeof rowProblems)[Name]['text']>, 'column'>, string>
>

type Placeholder<Text extends string> = Text extends `${string}{${infer Name}}${infer Rest}`
  ? Name | Placeholder<Rest>
  : never

/** The problem of that name, its text filled in. */
export function rowProblem<Name extends RowProblemName>(
  name: Name,
  messageId: string,
  details: Details<Name>,
  place: { readonly column?: number; readonly row?: number } = {},
): RowProblem {
  const { code, text }: RowProblemRow = rowProblems[name]
  const known: Readonly<Record<string, string>> = {
    ...details,
    column: String(place.column ?? ''),
  }
  return { code, messageId, text: fillText(text, known), ...place }
}

/** The line for `s/e`: `<code>,<messageId>,<text>` (mqtt-endpoint §10.1). */
export function formatErrorLine(problem: RowProblem): string {
  return formatRow([problem.code, problem.messageId, problem.text])
}

/** Characters of one detail in a text; the device knows what it sent, the rest is not repeated. */
const detailCharsMax = 100

function fillText(text: string, details: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\{(\w+)\}/g, (_, name: string) => shortenDetail(details[name] ?? ''))
}

/** A value that somebody sent, as it may stand in a sentence. */
export function shortenDetail(detail: string): string {
  // A cut through a surrogate pair leaves a half that is no text; it becomes U+FFFD.
  return detail.length <= detailCharsMax
    ? detail
    : `${detail.slice(0, detailCharsMax).toWellFormed()}…`
}
