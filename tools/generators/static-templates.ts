import {
  type Column,
  formatBodyPath,
  type Layout,
  type OperationTemplate,
  operationTemplates,
  type ReplyTemplate,
  type RequestTemplate,
  type RestColumns,
  replyTemplates,
  staticTemplates,
} from '@pileus/smartrest'
import { code, codeBlock, codes, list, page, plain, table } from './markdown.ts'

export function staticTemplatesPage(): string {
  return page(
    'Static templates',
    'packages/smartrest',
    'Rows that every device may send and receive without defining anything. An empty column means that the value is absent. A row that is refused is answered on `s/e`, see [row problems](row-problems.md).',
    '## From the device',
    'Published to `s/us`, or to `s/us/<child id>` for a child device; `t/us`, `q/us` and `c/us` are the other processing modes.',
    table(
      ['Row', 'Name', 'Columns', 'What it does'],
      staticTemplates.map((template) => [
        `[${template.messageId}](#${anchor(template)})`,
        template.name,
        columnNames(template).join(', '),
        plain(template.summary),
      ]),
    ),
    ...staticTemplates.map(requestTemplate),
    '## To the device',
    'Sent on `s/ds`. The first column is the external id of the device that the operation is for. Of the templates with the same fragment the first one applies whose conditions hold.',
    table(
      ['Row', 'Name', 'Fragment', 'Only if', 'Columns', 'What it asks for', 'Example'],
      operationTemplates.map(operationRow),
    ),
    '## Replies',
    table(
      ['Row', 'Name', 'Topic', 'Columns', 'What it says', 'Example'],
      replyTemplates.map(replyRow),
    ),
  )
}

/** As Markdown makes it of the heading of the template. */
function anchor({ messageId, name }: RequestTemplate): string {
  return `${messageId}-${name.toLowerCase()}`
}

function columnNames({ columns, rest }: RequestTemplate): readonly string[] {
  const fixed = columns.map(({ name, required }) => (required ? name : `[${name}]`))
  return rest === undefined ? fixed.map(plain) : [...fixed.map(plain), '…']
}

function requestTemplate(template: RequestTemplate): string {
  const { messageId, name, summary, columns, example, source } = template
  return [
    `### ${messageId} ${name}`,
    `${plain(summary)} _(${source})_`,
    table(
      ['', 'Column', 'Type', 'Required', 'If absent', 'Becomes'],
      columns.map((column, index) => [String(index + 1), ...columnCells(column)]),
    ),
    list(notes(template)),
    exampleOf(example),
  ]
    .filter((part) => part !== '')
    .join('\n\n')
}

function columnCells(column: Column): readonly string[] {
  const required = column.required ? 'yes' : ''
  return [
    column.name,
    typeOf(column),
    required,
    code(column.default ?? ''),
    code(formatBodyPath(column.path ?? '')),
  ]
}

function typeOf(column: Column): string {
  switch (column.type) {
    case 'number':
    case 'integer': {
      if (column.range === undefined) return column.type
      const [min, max] = column.range
      return `${column.type} from ${min} to ${max}${column.isClamped ? ', moved inside' : ''}`
    }
    case 'choice':
      return column.choices.join(', ')
    case 'typed':
      return `as ${column.typeColumn} says`
    case 'name':
    case 'path':
      return column.reserved === undefined ? column.type : `${column.type}, none of the reserved`
    case 'boolean':
    case 'date':
    case 'string':
    case 'unsigned':
      return column.type
  }
}

function notes(template: RequestTemplate): readonly string[] {
  const { constants, rest, oneRequired, reply, mirrors, objectType } = template
  return [
    oneRequired === undefined ? [] : `At least one of ${oneRequired.join(', ')} is required.`,
    constants === undefined
      ? []
      : `Always has ${Object.entries(constants)
          .map(([path, value]) => code(`${path}: ${JSON.stringify(value)}`))
          .join(', ')}.`,
    rest === undefined ? [] : restNote(rest),
    mirrors === undefined ? [] : `Also sets ${codes(mirrors)} of the object itself.`,
    template.onlyIfAbsent ? 'Stored only while the object has none.' : [],
    objectType === undefined ? [] : `The object must be of type ${code(objectType)}.`,
    reply === undefined ? [] : `Answered by row ${reply}.`,
    template.createsNoDevice ? 'Does not create the device of the connection.' : [],
  ].flat()
}

function restNote(rest: RestColumns): string {
  switch (rest.kind) {
    case 'list':
      return `All further columns are ${rest.column.name} entries and become the list ${code(rest.path)}.`
    case 'removals':
      return `All further columns name a ${rest.column.name} to remove.`
    case 'result':
      return `All further columns are the ${rest.name}.`
    case 'groups': {
      const names = rest.columns.map(({ name, required }) => (required ? name : `[${name}]`))
      const place = rest.each === undefined ? '' : ` in ${code(rest.each.path)}`
      const count = rest.required ? 'at least once' : 'any number of times'
      return `Then, ${count}${place}: ${names.map(plain).join(', ')}.`
    }
  }
}

function exampleOf({ line, ...made }: RequestTemplate['example']): string {
  const shown = made.body === undefined ? '' : codeBlock('json', JSON.stringify(made.body, null, 2))
  return [codeBlock('', line), shown].filter((part) => part !== '').join('\n\n')
}

function operationRow(template: OperationTemplate): readonly string[] {
  const { messageId, name, fragment, conditions = [], layout, summary, example } = template
  return [
    messageId,
    name,
    code(fragment),
    conditions.map(inWords).join(', '),
    layoutNames(layout),
    plain(summary),
    code(example.line.replaceAll('\n', '⏎')),
  ]
}

function layoutNames(layout: Layout): string {
  switch (layout.of) {
    case 'members':
      return layout.columns.join(', ')
    case 'items':
      return `for each item: ${layout.columns.join(', ')}`
    case 'elements':
      return 'each element'
    case 'profile':
      return `firmware, software (${layout.software.join(', ')}), configuration`
    case 'parameters':
      return 'for each parameter: path, type, value'
  }
}

/** `targetHasSoftwareTypes` as `target has software types`. */
function inWords(name: string): string {
  return name.replaceAll(/(?<=[a-z])(?=[A-Z])/g, ' ').toLowerCase()
}

function replyRow(template: ReplyTemplate): readonly string[] {
  const { messageId, name, topic, columns, isRepeated, summary, example } = template
  const repeated = isRepeated ? ', …' : ''
  return [
    messageId,
    name,
    code(topic),
    columns.join(', ') + repeated,
    plain(summary),
    code(example.line),
  ]
}
