import { createHash } from 'node:crypto'

/** One step of the schema. Steps are numbered from 1 without gaps and never change afterwards. */
export interface Migration {
  readonly version: number
  /** What is new, in a few words. */
  readonly name: string
  readonly sql: string
}

/** Tells a step from one that was changed after it had been carried out somewhere. */
export function checksumOf({ version, name, sql }: Migration): string {
  return createHash('sha256')
    .update(JSON.stringify([version, name, sql]))
    .digest('hex')
}
