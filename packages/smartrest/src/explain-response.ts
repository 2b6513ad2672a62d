import { formatRow } from './format-row.ts'
import type { JsonObject } from './json.ts'
import { formatBodyPath, type JsonPath, type PathStep } from './json-path.ts'
import { renderCollection } from './render-collection.ts'
import type { TemplateCollection } from './template-collection.ts'

/** What one response template makes of a document, and why if that is nothing (console §4.11). */
export interface ExplainedResponse {
  readonly msgId: string
  readonly name: string
  readonly matched: boolean
  /** One line, as the device gets it. */
  readonly row?: string
  readonly reason: string
}

/**
 * Every response template of the collection, in order of definition. With `externalId` the document
 * is an operation for that target; without, an answer to a row.
 */
export function explainResponses(
  collection: TemplateCollection,
  document: JsonObject,
  externalId?: string,
): readonly ExplainedResponse[] {
  return renderCollection(collection, document, externalId).map(({ template, row }) => {
    const { messageId: msgId, name, condition } = template
    const path = formatPath(condition)
    switch (row) {
      case 'conditionFails':
        return {
          msgId,
          name,
          matched: false,
          reason: `The condition ${path} finds nothing but null.`,
        }
      case 'tooLarge':
        return { msgId, name, matched: false, reason: 'The document is too large for it.' }
      default: {
        const reason =
          condition.length === 0 ? 'It has no condition.' : `The condition ${path} finds a value.`
        return { msgId, name, matched: true, row: formatRow(row), reason }
      }
    }
  })
}

function formatPath(path: JsonPath): string {
  return `$${path.map(formatStep).join('')}`
}

function formatStep({ select, isDeep }: PathStep): string {
  const text = select === null ? '*' : formatBodyPath([select])
  if (isDeep) return `..${text}`
  return text.startsWith('[') ? text : `.${text}`
}
