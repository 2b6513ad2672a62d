import { collectionLimits } from './collection-problems.ts'
import type { CsvValue } from './format-row.ts'
import type { JsonObject } from './json.ts'
import { findValues, type NodeBudget, pathLimits } from './json-path.ts'
import { type CharacterBudget, type NoRow, type RowRenderer, renderRow } from './render-rows.ts'
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
  for (const { row } of renderCollection(collection, document, externalId)) {
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
  const source = { document, device: {}, ...(externalId === undefined ? {} : { externalId }) }
  const left: NodeBudget & CharacterBudget = {
    nodes: collectionLimits.nodesMax,
    characters: collectionLimits.charactersMax,
  }
  return responseTemplates.map((template) => {
    if (left.nodes <= 0 || left.characters < 0) return { template, row: 'tooLarge' }
    const nodesMax = Math.min(pathLimits.nodesMax, left.nodes)
    const budget = { nodes: nodesMax }
    const row = renderRow(rendererOf(template, budget), source, left)
    left.nodes -= nodesMax - budget.nodes
    return { template, row }
  })
}

function rendererOf(template: PatternTemplate, budget: NodeBudget): RowRenderer {
  return {
    messageId: template.messageId,
    findColumns: ({ document }) => findColumns(template, document, budget),
  }
}

function findColumns(
  { condition, base, patterns }: PatternTemplate,
  document: JsonObject,
  budget: NodeBudget,
): readonly CsvValue[] | NoRow {
  if (condition.length > 0) {
    const values = findValues(condition, document, budget)
    if (values === undefined) return 'tooLarge'
    if (values.every((value) => value === null)) return 'conditionFails'
  }
  const bases = findValues(base, document, budget)
  if (bases === undefined) return 'tooLarge'
  const [root = null] = bases
  const columns: CsvValue[] = []
  for (const pattern of patterns) {
    const values = findValues(pattern, root, budget)
    if (values === undefined) return 'tooLarge'
    if (values.length === 0) columns.push(undefined)
    else for (const value of values) columns.push(value)
  }
  return columns
}
