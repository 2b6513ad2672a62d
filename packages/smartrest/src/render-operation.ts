import { formatRows } from './format-row.ts'
import { findMember, isJsonObject, type JsonObject, type JsonValue } from './json.ts'
import { renderRow } from './render-row.ts'
import type { Layout, OperationTemplate, ResponseCondition } from './response-template.ts'
import { operationTemplates } from './static-responses.ts'

/**
 * The message on `s/ds` for an operation: its rows joined by LF, undefined where no static
 * template matches. That the operation is PENDING is the caller's check (D5).
 *
 * @see static-templates §8
 */
export function renderOperation(
  operation: JsonObject,
  externalId: string,
  device: JsonObject = {},
): string | undefined {
  const rows = renderOperationRows(operation, externalId, device)
  return rows.length > 0 ? formatRows(rows) : undefined
}

/**
 * One row of texts for each matching template, in ascending order of ids (D1).
 *
 * `externalId` names the target (D2), `device` holds the fragments of the target.
 */
export function renderOperationRows(
  operation: JsonObject,
  externalId: string,
  device: JsonObject = {},
): string[][] {
  const rows: string[][] = []
  for (const { messageId, fragment: name, conditions: names, layout } of allTemplates) {
    if (!Object.hasOwn(operation, name)) continue
    const fragment = operation[name] ?? null
    if (!names.every((each) => conditions[each](fragment, device))) continue
    const columns = renderColumns(layout, fragment, operation)
    const row = renderRow(messageId, externalId, columns, noLimit)
    if (row !== 'tooLarge') rows.push(row)
  }
  return rows
}

/** Every template has a list of conditions here, possibly empty. */
const allTemplates = operationTemplates.map(
  (template: OperationTemplate) => ({ conditions: [], ...template }) as const,
)

/** The templates that we ship write an operation about once, however many match. */
const noLimit = { characters: Number.POSITIVE_INFINITY }

const conditions: Readonly<
  Record<ResponseCondition, (fragment: JsonValue, device: JsonObject) => boolean>
> = {
  isArray: Array.isArray,
  isObject: isJsonObject,
  isTyped,
  isUntyped: (fragment) => !isTyped(fragment),
  isPatch,
  isNoPatch: (fragment) => !isPatch(fragment),
  targetHasSoftwareTypes: (_, device) => hasSoftwareTypes(device),
  targetLacksSoftwareTypes: (_, device) => !hasSoftwareTypes(device),
  hasTypedSoftware: (profile) =>
    arrayOf(findMember(profile, 'software')).some((item) =>
      isFilled(findMember(item, 'softwareType')),
    ),
}

function isTyped(fragment: JsonValue): boolean {
  return isFilled(findMember(fragment, 'type'))
}

function isPatch(firmware: JsonValue): boolean {
  return isTrue(findMember(firmware, 'isPatch')) || isFilled(findMember(firmware, 'dependency'))
}

function hasSoftwareTypes(device: JsonObject): boolean {
  return arrayOf(findMember(device, 'c8y_SupportedSoftwareTypes')).length > 0
}

/** Consoles write the flag as a boolean or as text. */
function isTrue(value: JsonValue | undefined): boolean {
  return value === true || value === 'true'
}

/** Not missing and not written as nothing. */
function isFilled(value: JsonValue | undefined): value is JsonValue {
  return value !== undefined && value !== null && value !== ''
}

function arrayOf(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? value : []
}

/** A missing value is undefined, so that it still takes its column (D3). */
type Columns = readonly (JsonValue | undefined)[]

function renderColumns(layout: Layout, fragment: JsonValue, operation: JsonObject): Columns {
  switch (layout.of) {
    case 'members':
      return pick(fragment, layout.columns)
    case 'items':
      return arrayOf(fragment).flatMap((item) => pick(item, layout.columns))
    case 'elements':
      return arrayOf(fragment)
    case 'profile':
      return renderProfile(fragment, layout.software)
    case 'parameters':
      return renderParameters(operation)
  }
}

function pick(value: JsonValue, names: readonly string[]): Columns {
  return names.map((name) => findMember(value, name))
}

/** The sections of 527 and 531, each only if it has content (§8.3). */
function renderProfile(profile: JsonValue, softwareMembers: readonly string[]): Columns {
  const firmware = findMember(profile, 'firmware')
  const software = arrayOf(findMember(profile, 'software'))
  const configurations = arrayOf(findMember(profile, 'configuration'))
  return [
    ...(isJsonObject(firmware) && Object.keys(firmware).length > 0 ? renderFirmware(firmware) : []),
    ...(software.length > 0
      ? ['$SW', ...software.flatMap((item) => pick(item, softwareMembers))]
      : []),
    ...(configurations.length > 0
      ? ['$CONF', ...configurations.flatMap((item) => pick(item, ['url', 'type']))]
      : []),
  ]
}

function renderFirmware(firmware: JsonObject): Columns {
  const patchDependency = findMember(firmware, 'patchDependency')
  return [
    '$FW',
    ...pick(firmware, ['name', 'version', 'url']),
    isTrue(findMember(firmware, 'isPatch')),
    isFilled(patchDependency) ? patchDependency : findMember(firmware, 'dependency'),
  ]
}

/**
 * Three columns for each value of the fragments that have a marker, in document order (§8.4).
 * The operation names them itself: fragment `x` is to be set where `c8y_ParameterUpdate_x` is.
 */
function renderParameters(operation: JsonObject): Columns {
  return Object.entries(operation)
    .filter(([name]) => Object.hasOwn(operation, `c8y_ParameterUpdate_${name}`))
    .flatMap(([name, value]) => renderParameter(name, value))
}

function renderParameter(path: string, value: JsonValue): Columns {
  if (isJsonObject(value)) {
    return Object.entries(value).flatMap(([name, member]) =>
      renderParameter(`${path}.${name}`, member),
    )
  }
  return [path, letterOf(value), value]
}

function letterOf(value: JsonValue): 'b' | 'n' | 's' {
  return typeof value === 'boolean' ? 'b' : typeof value === 'number' ? 'n' : 's'
}
