import type { Connection } from './connection.ts'

export interface MeasurementIndexLimits {
  /** At this many measurements behind its end the index is brought up to date … */
  readonly unindexedMin: number
  /** … and, however busy the platform is, at this many: 10 ms for a read to look through. */
  readonly unindexedMax: number
}

export const defaultMeasurementIndexLimits: MeasurementIndexLimits = {
  unindexedMin: 2048,
  unindexedMax: 32_768,
}

/** On a busy platform batches grow until they take no more than this share of the time. */
const timeShareMax = 0.1
const idleMs = 1000

/**
 * Keeps the index of measurements by source and time, in batches and behind the commits.
 *
 * The measurements of one commit group come from as many devices, so an index kept with each row
 * writes one page per row: with 1000 devices that alone costs 15 µs a row, five times the rest.
 * A batch sorts many groups first and writes a page once for all rows of the device. What is not
 * indexed yet is a short range of ids, which a read looks through.
 *
 * The end of the index moves in the transaction that writes the entries, so readers always see
 * both or neither.
 */
export class MeasurementIndex implements Disposable {
  readonly #connection: Connection
  readonly #limits: MeasurementIndexLimits
  readonly #onError: (error: unknown) => void
  readonly #idleTimer: NodeJS.Timeout
  #indexedId: number
  #lastId: number
  /** When the next batch may begin, by the clock of `performance`. */
  #restsUntil = 0
  #isScheduled = false
  #hasNews = false

  /** `lastId` is the greatest id of a measurement in the database. */
  constructor(
    connection: Connection,
    limits: MeasurementIndexLimits,
    lastId: number,
    onError: (error: unknown) => void,
  ) {
    this.#connection = connection
    this.#limits = limits
    this.#onError = onError
    const end = connection.query<[id: number]>('SELECT indexed_id FROM measurement_index_end')
    this.#indexedId = end.get()?.[0] ?? 0
    this.#lastId = lastId
    this.#idleTimer = setInterval(() => this.#onIdle(), idleMs).unref()
  }

  /** To be called after each commit with the greatest id of a measurement in it. */
  afterCommit(lastId: number): void {
    if (lastId === this.#lastId) return
    this.#lastId = lastId
    this.#hasNews = true
    const { unindexedMin, unindexedMax } = this.#limits
    const unindexed = lastId - this.#indexedId
    if (unindexed < unindexedMin) return
    if (unindexed >= unindexedMax || performance.now() >= this.#restsUntil) this.#schedule()
  }

  [Symbol.dispose](): void {
    clearInterval(this.#idleTimer)
    this.#isScheduled = true
  }

  #onIdle(): void {
    if (!this.#hasNews && this.#lastId > this.#indexedId) this.#schedule()
    this.#hasNews = false
  }

  /** Not at once: the group that was just committed is acknowledged first. */
  #schedule(): void {
    if (this.#isScheduled) return
    this.#isScheduled = true
    setImmediate(() => {
      if (!this.#connection.database.isOpen) return
      this.#isScheduled = false
      // A unit that waits for something keeps its transaction open; the next commit asks again.
      if (this.#connection.database.isTransaction) return
      const begun = performance.now()
      try {
        this.#extend(this.#lastId)
      } catch (error) {
        this.#onError(error)
      }
      const ended = performance.now()
      this.#restsUntil = ended + (ended - begun) / timeShareMax
    })
  }

  #extend(lastId: number): void {
    const { database } = this.#connection
    this.#connection.command('BEGIN IMMEDIATE')()
    try {
      const index = this.#connection.command(
        `INSERT INTO measurement_index SELECT source_id, time, id FROM measurements
         WHERE id > ? AND id <= ? ORDER BY source_id, time, id`,
      )
      index(this.#indexedId, lastId)
      this.#connection.command('UPDATE measurement_index_end SET indexed_id = ?')(lastId)
      this.#connection.command('COMMIT')()
    } catch (error) {
      if (database.isTransaction) database.exec('ROLLBACK')
      throw error
    }
    this.#indexedId = lastId
  }
}
