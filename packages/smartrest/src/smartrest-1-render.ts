import { collectionLimits } from './collection-problems.ts'
import { type CsvValue, formatValue } from './format-row.ts'
import type { JsonObject, JsonValue } from './json.ts'
import { findValue, findValues, isSingular, type JsonPath, type NodeBudget } from './json-path.ts'
import type { SmartRest1Collection } from './smartrest-1.ts'

/**
 * The rows of a collection of version 1.0 for an answer or an operation: message id, line of the
 * message that asked, values. Each template gives one row for the thing that its base finds, or for
 * each element of the list there, if its condition holds. A value that is missing is empty.
 *
 * Undefined where they would take more than `collectionLimits`.
 *
 * @see thin-edge §19.1
 */
export function renderSmartRest1(
  { responseTemplates }: SmartRest1Collection,
  document: JsonObject,
  line: number,
): readonly (readonly string[])[] | undefined {
  const budget: NodeBudget = { nodes: collectionLimits.nodesMax }
  let characters = 0
  const rows: (readonly string[])[] = []
  for (const { messageId, base, condition, patterns } of responseTemplates) {
    for (const root of rootsOf(base, document, budget)) {
      if (!holds(condition, root, budget)) continue
      const row = [messageId, String(line)]
      for (const pattern of patterns) row.push(formatValue(findValue(pattern, root, budget)))
      characters += row.reduce((sum, { length }) => sum + length + 1, 0)
      if (characters > collectionLimits.charactersMax) return undefined
      rows.push(row)
    }
    if (budget.nodes < 0) return undefined
  }
  return rows
}

/** Version 1.0 doubles the quotes inside quotes (smartrest-csv §1). */
export function formatSmartRest1Rows(rows: readonly (readonly CsvValue[])[]): string {
  return rows.map((row) => row.map(formatValue).map(quoteWhereNeeded).join(',')).join('\n')
}

function quoteWhereNeeded(text: string): string {
  return /[",\r\n\t]|^ | $/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/** What the base finds, each element of a list by itself; each counts as looked at. */
function* rootsOf(base: JsonPath, document: JsonObject, budget: NodeBudget): Generator<JsonValue> {
  for (const found of valuesAt(base, document, budget)) {
    for (const root of Array.isArray(found) ? found : [found]) {
      if (--budget.nodes < 0) return
      if (root !== null) yield root
    }
  }
}

function holds(condition: JsonPath, root: JsonValue, budget: NodeBudget): boolean {
  return condition.length === 0 || valuesAt(condition, root, budget).some((value) => value !== null)
}

function valuesAt(path: JsonPath, root: JsonValue, budget: NodeBudget): readonly JsonValue[] {
  if (!isSingular(path)) return findValues(path, root, budget)
  const value = findValue(path, root, budget)
  return value === undefined ? [] : [value]
}
