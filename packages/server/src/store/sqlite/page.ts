import type { Page } from '@pileus/domain'
import type { Conditions } from './conditions.ts'
import type { SqlRow } from './connection.ts'
import type { LongReads } from './long-reads.ts'

/** One page of the rows that meet the conditions. */
export function readPage<Row extends SqlRow>(
  reads: LongReads,
  select: string,
  conditions: Conditions,
  order: string,
  page: Page,
): Promise<readonly Row[]> {
  const sql = `${select} ${conditions.sql} ORDER BY ${order} LIMIT ? OFFSET ?`
  return reads.read<Row>(sql, [...conditions.parameters, page.limit, page.offset])
}

/** How many rows of `from` meet the conditions. */
export async function readCount(
  reads: LongReads,
  from: string,
  conditions: Conditions,
): Promise<number> {
  const sql = `SELECT count(*) FROM ${from} ${conditions.sql}`
  const [row] = await reads.read<[count: number]>(sql, conditions.parameters)
  return row?.[0] ?? 0
}
