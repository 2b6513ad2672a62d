import { readFile } from 'node:fs/promises'
import {
  definitionIn,
  findCollectionRequest,
  type JsonObject,
  type JsonValue,
  parseCollection,
  parseCollectionRows,
  type RequestTemplates,
  type TemplateCollection,
} from '@pileus/smartrest'
import { CommandFailure } from './exit-codes.ts'

/** More than a collection or a document for it can have. */
const fileBytesMax = 1024 * 1024

/**
 * A template collection in a file: the managed object as it is exported, the definition alone, or
 * the rows 10 and 11 by which a device defines it.
 */
export async function readCollection(path: string): Promise<TemplateCollection> {
  const text = await readText(path)
  const parsed = text.trimStart().startsWith('{')
    ? parseCollection(definitionIn(parseJson(path, text)))
    : parseRows(text)
  if (parsed.ok) return parsed.value
  throw new CommandFailure(
    'refused',
    `${path} holds no template collection. ${parsed.problem.text}`,
  )
}

/** An operation, or an answer of REST. */
export async function readDocument(path: string): Promise<JsonObject> {
  const document = parseJson(path, await readText(path))
  if (typeof document === 'object' && document !== null && !Array.isArray(document)) {
    return document as JsonObject
  }
  throw new CommandFailure('refused', `${path} holds no JSON object.`)
}

/** How rows on the topic are read. The X-ID is only a name here: the file is what counts. */
export function templatesOf(collection: TemplateCollection, topic: string): RequestTemplates {
  const parts = /^[stqc]\/(?:uc\/(?<xId>[^/]+)|ud)(?:\/[^/]+)?$/.exec(topic)
  if (parts === null) {
    throw new CommandFailure(
      'usage',
      `Rows of a collection are sent on s/uc/<X-ID> or s/ud, not on ${topic}.`,
    )
  }
  const xId = parts.groups?.['xId'] ?? 'default'
  return { xId, findRequest: (messageId) => findCollectionRequest(collection, xId, messageId) }
}

function parseRows(text: string) {
  const parsed = parseCollectionRows(text)
  return parsed.ok ? ({ ok: true, value: parsed.value.collection } as const) : parsed
}

function parseJson(path: string, text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new CommandFailure('refused', `${path} holds no JSON: ${reason}`)
  }
}

async function readText(path: string): Promise<string> {
  let bytes: Buffer
  try {
    bytes = await readFile(path)
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : String(error)
    throw new CommandFailure('noInput', `${path} cannot be read: ${reason}.`)
  }
  if (bytes.length > fileBytesMax) {
    throw new CommandFailure('usage', `${path} has more than ${fileBytesMax} bytes.`)
  }
  return bytes.toString('utf8')
}
