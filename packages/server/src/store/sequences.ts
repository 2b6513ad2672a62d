import { PlatformError } from '../platform-error.ts'

/** The last id below the first one given: tests use small ids as "does not exist" (rest-api §1.9). */
const beforeFirst = 1000

/** One count of ids per kind, with the greatest id that the wire allows (rest-api §1.9). */
export const sequenceLimits = {
  managedObject: Number.MAX_SAFE_INTEGER,
  measurement: Number.MAX_SAFE_INTEGER,
  event: Number.MAX_SAFE_INTEGER,
  alarm: Number.MAX_SAFE_INTEGER,
  operation: 2 ** 32 - 1,
} as const

export type SequenceKind = keyof typeof sequenceLimits

const sequenceKinds = Object.keys(sequenceLimits) as readonly SequenceKind[]

type Marks = Record<SequenceKind, number>

/**
 * Hands out ids in memory; the engine stores the high-water marks once per commit group, so that
 * an id is never given twice and numbering costs no statement.
 */
export class Sequences {
  readonly #last: Marks
  readonly #committed: Marks

  constructor(committed: Partial<Marks> = {}) {
    const marks: Partial<Marks> = {}
    for (const kind of sequenceKinds) marks[kind] = committed[kind] ?? beforeFirst
    this.#committed = { ...marks } as Marks
    this.#last = { ...marks } as Marks
  }

  next(kind: SequenceKind): number {
    const id = this.#last[kind] + 1
    if (id > sequenceLimits[kind]) throw new PlatformError('sequenceExhausted', { kind })
    this.#last[kind] = id
    return id
  }

  /** The greatest id of that kind that was given. */
  last(kind: SequenceKind): number {
    return this.#last[kind]
  }

  /** Calls `save` for each kind that moved since the last commit. */
  forEachMoved(save: (kind: SequenceKind, last: number) => void): void {
    for (const kind of sequenceKinds) {
      if (this.#last[kind] !== this.#committed[kind]) save(kind, this.#last[kind])
    }
  }

  commit(): void {
    for (const kind of sequenceKinds) this.#committed[kind] = this.#last[kind]
  }

  rollback(): void {
    for (const kind of sequenceKinds) this.#last[kind] = this.#committed[kind]
  }
}
