import {
  type Column,
  formatBodyPath,
  type ReplyTemplate,
  type RequestTemplate,
  type RestColumns,
  replyTemplates,
  staticTemplates,
} from '@pileus/smartrest'
import { code } from './markdown.ts'

/** The interface `Send` of the device SDK: one method for each row that a device may send. */
export function deviceSendModule(): string {
  return [
    '// Made by `npm run generate` from packages/smartrest. Change that, not this file.',
    '',
    '/** An instant: a date, or ms since 1970. */',
    'export type Instant = Date | number',
    '',
    '/**',
    ' * The static templates as methods. Each sends one row and is done when the server has',
    ' * acknowledged it; what the server thinks of the row comes to `onProblem`. A value that the',
    ' * template does not accept is refused before anything is sent.',
    ' *',
    ' * @see static-templates',
    ' */',
    'export interface Send {',
    staticTemplates.map(method).join('\n\n'),
    '}',
    '',
  ].join('\n')
}

function method(template: RequestTemplate): string {
  const { name, messageId, summary, example } = template
  const lines = [
    summary,
    ...notes(template),
    '',
    ...code(example.line).split('\n'),
    '',
    `@see ${template.source}, ${messageId}`,
  ]
  const comment = lines.flatMap(wrap).map((line) => `   * ${line}`.trimEnd())
  return [
    '  /**',
    ...comment,
    '   */',
    ...signature(name, members(template), result(template)),
  ].join('\n')
}

/** On one line if it fits. */
function signature(name: string, members: readonly string[], result: string): readonly string[] {
  if (members.length === 0) return [`  ${name}(): ${result}`]
  const isOptional = members.every((each) => /^readonly \w+\?:/.test(each))
  const head = `  ${name}(values${isOptional ? '?' : ''}: `
  const tail = `): ${result}`
  return object(head, members, tail, '  ')
}

/** An object type behind `head`: on one line if it fits, otherwise with a line for each member. */
function object(
  head: string,
  members: readonly string[],
  tail: string,
  indent: string,
): readonly string[] {
  const line = `${head}{ ${members.join('; ')} }${tail}`
  if (line.length <= lineWidth && !line.includes('\n')) return [line]
  return [`${head}{`, ...members.map((each) => `${indent}  ${each}`), `${indent}}${tail}`]
}

const lineWidth = 100

/** What each value means where its name and type do not say so. */
function notes({ columns, rest, oneRequired }: RequestTemplate): readonly string[] {
  const named = rest?.kind === 'groups' ? [...columns, ...rest.columns] : columns
  const remarks = [
    ...named.map(columnNote).filter((note) => note !== ''),
    ...(oneRequired === undefined ? [] : [`- one of ${oneRequired.join(', ')} is required`]),
  ]
  return remarks.length === 0 ? [] : ['', ...remarks]
}

function columnNote(column: Column): string {
  const unit = column.beside?.['unit']
  const meanings = [
    column.path === undefined ? '' : `becomes ${code(formatBodyPath(column.path))}`,
    unit === undefined ? '' : `in ${unit}`,
    column.default === undefined
      ? ''
      : `if absent ${column.default === '' ? 'empty' : code(column.default)}`,
    'range' in column && column.range !== undefined
      ? `from ${column.range[0]} to ${column.range[1]}`
      : '',
  ].filter((meaning) => meaning !== '')
  return meanings.length === 0 ? '' : `- ${code(column.name)}: ${meanings.join(', ')}`
}

function members({ columns, rest }: RequestTemplate): readonly string[] {
  return [...columns.map(member), ...(rest === undefined ? [] : [restMember(rest)])]
}

function member(column: Column): string {
  return `readonly ${column.name}${column.required ? '' : '?'}: ${typeOf(column)}`
}

function restMember(rest: RestColumns): string {
  switch (rest.kind) {
    case 'list':
      return `readonly ${rest.column.name}s: readonly ${listType(rest.column)}`
    case 'removals':
      return `readonly ${rest.column.name}s${rest.required ? '' : '?'}: readonly string[]`
    case 'result':
      return `readonly ${rest.name}?: readonly (string | number | boolean)[]`
    case 'groups': {
      const head = `readonly groups${rest.required ? '' : '?'}: readonly `
      return object(head, rest.columns.map(member), '[]', '    ').join('\n')
    }
  }
}

function listType(column: Column): string {
  const type = typeOf(column)
  return type.includes('|') ? `(${type})[]` : `${type}[]`
}

function typeOf(column: Column): string {
  switch (column.type) {
    case 'string':
    case 'name':
    case 'path':
      return 'string'
    case 'number':
    case 'integer':
    case 'unsigned':
      return 'number'
    case 'boolean':
      return 'boolean'
    case 'date':
      return 'Instant'
    case 'choice':
      return column.choices.map((choice) => `'${choice}'`).join(' | ')
    case 'typed':
      return 'string | number | boolean | Date | null'
  }
}

function result({ reply }: RequestTemplate): string {
  if (reply === undefined) return 'Promise<void>'
  const template = replyTemplates.find(
    (each: ReplyTemplate) => each.messageId === reply && each.isRepeated,
  )
  return template === undefined ? 'Promise<string>' : 'Promise<readonly string[]>'
}

const commentWidth = 93

/** Breaks at blanks, so that a comment stays within 100 columns. */
function wrap(text: string): readonly string[] {
  const lines: string[] = []
  let line = ''
  const indent = text.startsWith('- ') ? '  ' : ''
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > commentWidth) {
      lines.push(line)
      line = indent + word
    } else line = line === '' ? word : `${line} ${word}`
  }
  return [...lines, line]
}
