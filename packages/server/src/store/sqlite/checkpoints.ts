import { type Connection, logBytesMax, pragma } from './connection.ts'

/** Pages in the log at which they are moved to the file (reliability §4). */
const checkpointPages = 1000
const idleMs = 1000

type LogState = readonly [isBusy: number, logPages: number, movedPages: number]

/**
 * Moves committed pages from the write-ahead log into the database file, on the writing
 * connection and nowhere else (reliability ): when enough have gathered, when nothing has
 * been written for a second, and by force when a long read has let the log grow too large.
 */
export class Checkpoints implements Disposable {
  readonly #connection: Connection
  readonly #logPagesMax: number
  readonly #onError: (error: unknown) => void
  readonly #idleTimer: NodeJS.Timeout
  #pagesLeft = 0
  #hasNews = false

  constructor(connection: Connection, onError: (error: unknown) => void) {
    this.#connection = connection
    this.#logPagesMax = logBytesMax / Number(pragma(connection.database, 'page_size'))
    this.#onError = onError
    this.#idleTimer = setInterval(() => this.#onIdle(), idleMs).unref()
  }

  /** To be called after each commit. */
  afterCommit(): void {
    this.#hasNews = true
    const [, logPages, movedPages] = this.#checkpoint('NOOP')
    if (logPages > this.#logPagesMax) this.#truncate()
    else if (logPages - movedPages >= checkpointPages + this.#pagesLeft) this.#move()
  }

  /** Leaves everything in the database file and an empty log. */
  finish(): void {
    clearInterval(this.#idleTimer)
    this.#checkpoint('TRUNCATE')
  }

  [Symbol.dispose](): void {
    clearInterval(this.#idleTimer)
  }

  #onIdle(): void {
    if (this.#hasNews) {
      this.#hasNews = false
      return
    }
    const { database } = this.#connection
    if (database.isTransaction) return
    try {
      const [, logPages, movedPages] = this.#checkpoint('NOOP')
      if (logPages > movedPages) this.#move()
    } catch (error) {
      this.#onError(error)
    }
  }

  #move(): void {
    const [, logPages, movedPages] = this.#checkpoint('PASSIVE')
    // Pages that a reader still needs stay; asking again after each commit would not move them.
    this.#pagesLeft = Math.max(0, logPages - movedPages)
  }

  /** Does not wait for readers: the writer's thread is everybody's thread. */
  #truncate(): void {
    const { database } = this.#connection
    database.exec('PRAGMA busy_timeout = 0')
    try {
      this.#checkpoint('TRUNCATE')
    } finally {
      database.exec('PRAGMA busy_timeout = 5000')
    }
  }

  #checkpoint(mode: 'NOOP' | 'PASSIVE' | 'TRUNCATE'): LogState {
    const state = this.#connection.query<LogState>(`PRAGMA wal_checkpoint(${mode})`).get()
    return state ?? [0, 0, 0]
  }
}
