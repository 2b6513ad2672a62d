import { collectionLimits } from './collection-problems.ts'
import type { CsvValue } from './format-row.ts'
import type { JsonObject } from './json.ts'
import {
  findValue,
  findValues,
  isSingular,
  type JsonPath,
  type NodeBudget,
  pathLimits,
} from './json-path.ts'
import { type CharacterBudget, type NoRow, renderRow } from './render-row.ts'
import type { PatternTemplate } from './response-template.ts'
import type { TemplateCollection } from './template-collection.ts'

/** What one response template makes of a document. */
export interface RenderedTemplate {
  readonly template: PatternTemplate
  readonly row: readonly string[] | NoRow
}

/**
 * The rows of a collection for a document, in order of definition, as texts that `formatRows` joins
 * to one message. With `externalId`, that of the target, the document is an operation; without, an
 * answer to the device.
 *
 * @see smartrest-templates §6, §8
 */
export function renderCollectionRows(
  collection: TemplateCollection,
  document: JsonObject,
  externalId?: string,
): readonly (readonly string[])[] {
  const rows: (readonly string[])[] = []
  const left = startLimits()
  for (const template of collection.responseTemplates) {
    const row = renderTemplate(template, document, externalId, left)
    if (typeof row !== 'string') rows.push(row)
  }
  return rows
}

/**
 * The same template by template, with the reason where there is no row. What would take more than
 * the limits has none, and nor have the templates behind it once the limits of the collection are
 * reached: nodes looked at and characters written (`pathLimits`, `collectionLimits`).
 */
export function renderCollection(
  { responseTemplates }: TemplateCollection,
  document: JsonObject,
  externalId?: string,
): readonly RenderedTemplate[] {
  const left = startLimits()
  return responseTemplates.map((template) => ({
    template,
    row: renderTemplate(template, document, externalId, left),
  }))
}

type Limits = NodeBudget & CharacterBudget

function startLimits(): Limits {
  return { nodes: collectionLimits.nodesMax, characters: collectionLimits.charactersMax }
}

function renderTemplate(
  template: PatternTemplate,
  document: JsonObject,
  externalId: string | undefined,
  left: Limits,
): readonly string[] | NoRow {
  if (left.nodes <= 0 || left.characters < 0) return 'tooLarge'
  const nodesMax = Math.min(pathLimits.nodesMax, left.nodes)
  const budget = { nodes: nodesMax }
  const columns = findColumns(template, document, budget)
  left.nodes -= nodesMax - budget.nodes
  return typeof columns === 'string'
    ? columns
    : renderRow(template.messageId, externalId, columns, left)
}

function findColumns(
  { condition, base, patterns }: PatternTemplate,
  document: JsonObject,
  budget: NodeBudget,
): readonly CsvValue[] | NoRow {
  if (!holds(condition, document, budget)) return budget.nodes < 0 ? 'tooLarge' : 'conditionFails'
  const root = findValue(base, document, budget) ?? null
  const columns: CsvValue[] = []
  for (const pattern of patterns) {
    if (isSingular(pattern)) {
      columns.push(findValue(pattern, root, budget))
      continue
    }
    const values = findValues(pattern, root, budget)
    if (values.length === 0) columns.push(undefined)
    else for (const value of values) columns.push(value)
  }
  return budget.nodes < 0 ? 'tooLarge' : columns
}

/** Whether the path finds a value that is not null. */
function holds(condition: JsonPath, document: JsonObject, budget: NodeBudget): boolean {
  if (condition.length === 0) return true
  return isSingular(condition)
    ? (findValue(condition, document, budget) ?? null) !== null
    : findValues(condition, document, budget).some((value) => value !== null)
}
