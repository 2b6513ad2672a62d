import { parentPort, workerData } from 'node:worker_threads'
import { hasSeries } from '../series-match.ts'
import { containsWord } from '../word-match.ts'
import { openReader, type SqlParameters, type SqlRow } from './connection.ts'
import { parseStored } from './json-text.ts'

export interface ReadWorkerOptions {
  readonly file: string
  readonly limitMs: number
}

export interface ReadRequest {
  readonly id: number
  readonly sql: string
  readonly parameters: SqlParameters
}

export type ReadAnswer =
  | { readonly kind: 'rows'; readonly id: number; readonly rows: readonly SqlRow[] }
  | { readonly kind: 'tooLong'; readonly id: number }
  | { readonly kind: 'failed'; readonly id: number; readonly reason: string }

const { file, limitMs } = workerData as ReadWorkerOptions
const connection = openReader(file)
/** The moment at which the present statement has taken too long. */
let deadline = Number.POSITIVE_INFINITY
let isTooLong = false

// SQLite asks this for every row that a statement looks at: `node:sqlite` has no other way to end
// a statement on its way.
connection.database.function('within_time', (_row) => {
  isTooLong = performance.now() > deadline
  if (isTooLong) throw new Error('the statement took too long')
  return 1
})

connection.database.function(
  'has_series',
  { deterministic: true },
  (fragments, fragment, series) =>
    hasSeries(
      parseStored(String(fragments)),
      fragment === null ? undefined : String(fragment),
      String(series),
    )
      ? 1
      : 0,
)

connection.database.function(
  'contains_word',
  { deterministic: true },
  (fragments, name, type, owner, text) => {
    const parts = [parseStored(String(fragments)), textOrNull(name), textOrNull(type)]
    return [...parts, textOrNull(owner)].some((part) => containsWord(part, String(text))) ? 1 : 0
  },
)

parentPort?.on('message', ({ id, sql, parameters }: ReadRequest) => {
  parentPort?.postMessage(answerTo(id, sql, parameters))
})

function answerTo(id: number, sql: string, parameters: SqlParameters): ReadAnswer {
  isTooLong = false
  deadline = performance.now() + limitMs
  try {
    return { kind: 'rows', id, rows: connection.query(sql).all(...parameters) }
  } catch (error) {
    return isTooLong ? { kind: 'tooLong', id } : { kind: 'failed', id, reason: String(error) }
  }
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}
