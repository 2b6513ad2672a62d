import { type OperationTemplate, operationTemplates } from '@pileus/smartrest'

/** What a device is asked to do, as far as its row tells. */
export interface DeviceOperation {
  readonly fragment: string
  /** Of the device that is to do it: of this one or of one below it. */
  readonly externalId: string
  readonly messageId: string
  /** Of the template: `restart`, `runCommand`, `installFirmware` … */
  readonly name: string
  /** By name, where the row has one set of them; absent ones are empty. */
  readonly values: Readonly<Record<string, string>>
  /**
   * By name for each item, where the row has any number of them: software (`name`, `version`, …),
   * relays (`state`), parameters (`path`, `type`, `value`) and the parts of a device profile, each
   * of which says its `section`: `firmware`, `software` or `configuration`.
   */
  readonly items: readonly Readonly<Record<string, string>>[]
  /** All columns, the message id first. */
  readonly row: readonly string[]
}

export interface OperationContext {
  /** Aborted when the device is closed. What comes after that is not reported any more. */
  readonly signal: AbortSignal
}

/**
 * Does what the operation asks for. It has been reported as EXECUTING; what the handler returns is
 * its result (static-templates §7.1) and makes it SUCCESSFUL, what it throws is the reason why it
 * FAILED. `stillExecuting` reports neither.
 */
export type OperationHandler = (
  operation: DeviceOperation,
  context: OperationContext,
) => OperationOutcome | Promise<OperationOutcome>

export type OperationOutcome =
  | void
  | string
  | number
  | boolean
  | readonly (string | number | boolean)[]
  | typeof stillExecuting

/**
 * The operation stays EXECUTING, also over the end of the program: whoever finishes it reports it,
 * `device.send.succeedOperation({ fragment: 'c8y_Restart' })` after the restart for example.
 */
export const stillExecuting: unique symbol = Symbol('stillExecuting')

/** By fragment, such as `c8y_Restart`. */
export type OperationHandlers = Readonly<Record<string, OperationHandler>>

const templates = new Map<string, OperationTemplate>(
  operationTemplates.map((template) => [template.messageId, template]),
)

/** The operation that the row tells of; undefined where it tells of none. */
export function parseOperationRow(row: readonly string[]): DeviceOperation | undefined {
  const [messageId = '', externalId = '', ...columns] = row
  const template = templates.get(messageId)
  if (template === undefined || externalId === '') return undefined
  const { fragment, name, layout } = template
  const said = { fragment, externalId, messageId, name, row }
  switch (layout.of) {
    case 'members':
      return { ...said, values: named(layout.columns, columns), items: [] }
    case 'items':
      return { ...said, values: {}, items: grouped(layout.columns, columns) }
    case 'elements':
      return { ...said, values: {}, items: grouped(['state'], columns) }
    case 'parameters':
      return { ...said, values: {}, items: grouped(['path', 'type', 'value'], columns) }
    case 'profile':
      return { ...said, values: {}, items: profileItems(layout.software, columns) }
  }
}

/**
 * The operations of one message. Rows of several templates for one operation, in ascending order of
 * their ids (static-templates D1), are one operation: the last row says most.
 */
export function parseOperations(rows: readonly (readonly string[])[]): readonly DeviceOperation[] {
  const operations: DeviceOperation[] = []
  for (const row of rows) {
    const operation = parseOperationRow(row)
    if (operation === undefined) continue
    const last = operations.at(-1)
    if (last !== undefined && isSameOperation(last, operation)) operations.pop()
    operations.push(operation)
  }
  return operations
}

function isSameOperation(one: DeviceOperation, next: DeviceOperation): boolean {
  return (
    one.fragment === next.fragment &&
    one.externalId === next.externalId &&
    Number(one.messageId) < Number(next.messageId)
  )
}

function named(names: readonly string[], columns: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.map((name, index) => [name, columns[index] ?? '']))
}

function grouped(names: readonly string[], columns: readonly string[]): Record<string, string>[] {
  const count = Math.ceil(columns.length / names.length)
  return Array.from({ length: count }, (_, index) =>
    named(names, columns.slice(index * names.length)),
  )
}

/** Sections begin with a marker and have items of a width of their own (static-templates §8.3). */
function profileItems(
  softwareNames: readonly string[],
  columns: readonly string[],
): Record<string, string>[] {
  const sections = [
    { marker: '$FW', section: 'firmware', names: firmwareNames },
    { marker: '$SW', section: 'software', names: softwareNames },
    { marker: '$CONF', section: 'configuration', names: ['url', 'type'] },
  ]
  const starts = sections
    .map((section) => ({ ...section, start: columns.indexOf(section.marker) }))
    .filter(({ start }) => start !== -1)
  return starts.flatMap(({ section, names, start }, index) => {
    const end = starts[index + 1]?.start ?? columns.length
    return grouped(names, columns.slice(start + 1, end)).map((item) => ({ section, ...item }))
  })
}

const firmwareNames = ['name', 'version', 'url', 'isPatch', 'dependency']
