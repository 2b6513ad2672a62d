import { Worker } from 'node:worker_threads'
import { PlatformError } from '../../platform-error.ts'
import type { SqlParameters, SqlRow } from './connection.ts'
import type { ReadAnswer, ReadRequest, ReadWorkerOptions } from './read-worker.ts'

/** How long one statement may take (reliability ). */
export const readLimitMs = 5000
/** Reads that may wait for the worker; who asks is bounded too, so this is never reached in peace. */
const waitingReadsMax = 10_000

/**
 * Reads that may take long, carried out by a thread with a read-only connection of its own, one
 * after the other. The first read starts the thread; one that dies rejects what it was asked, and
 * the next read starts another.
 */
export class LongReads implements AsyncDisposable {
  readonly #options: ReadWorkerOptions
  readonly #waiting = new Map<number, PromiseWithResolvers<readonly SqlRow[]>>()
  #worker: Worker | undefined
  #lastId = 0
  #isClosed = false

  constructor(file: string, limitMs: number = readLimitMs) {
    this.#options = { file, limitMs }
  }

  /**
   * All rows of one statement, as it stands in committed data. In the worker a statement may call
   * `within_time(id)`, which ends it when it takes too long, and the functions of `read-worker.ts`.
   */
  read<Row extends SqlRow>(sql: string, parameters: SqlParameters): Promise<readonly Row[]> {
    if (this.#isClosed) return Promise.reject(new PlatformError('storageClosed'))
    if (this.#waiting.size >= waitingReadsMax) {
      const waiting = String(this.#waiting.size)
      return Promise.reject(new PlatformError('storageBusy', { waiting }))
    }
    this.#worker ??= this.#start()
    const id = ++this.#lastId
    const answer = Promise.withResolvers<readonly SqlRow[]>()
    this.#waiting.set(id, answer)
    // The process may end while the worker is idle, but not while somebody waits for it.
    this.#worker.ref()
    this.#worker.postMessage({ id, sql, parameters } satisfies ReadRequest)
    return answer.promise as Promise<readonly Row[]>
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true
    this.#rejectAll(new PlatformError('storageClosed'))
    await this.#worker?.terminate()
  }

  #start(): Worker {
    const worker = new Worker(new URL('./read-worker.ts', import.meta.url), {
      workerData: this.#options,
    })
    let reason = 'the reading thread ended'
    worker.unref()
    worker.on('message', (answer: ReadAnswer) => this.#onAnswer(worker, answer))
    worker.on('error', (error) => {
      reason = String(error)
    })
    worker.on('exit', () => {
      if (this.#worker !== worker) return
      this.#worker = undefined
      this.#rejectAll(new PlatformError('readFailed', { reason }))
    })
    return worker
  }

  #onAnswer(worker: Worker, answer: ReadAnswer): void {
    const waiting = this.#waiting.get(answer.id)
    this.#waiting.delete(answer.id)
    if (this.#waiting.size === 0) worker.unref()
    if (answer.kind === 'rows') waiting?.resolve(answer.rows)
    else if (answer.kind === 'tooLong') {
      const limitMs = String(this.#options.limitMs)
      waiting?.reject(new PlatformError('readTookTooLong', { limitMs }))
    } else waiting?.reject(new PlatformError('readFailed', { reason: answer.reason }))
  }

  #rejectAll(error: PlatformError): void {
    const waiting = [...this.#waiting.values()]
    this.#waiting.clear()
    for (const { reject } of waiting) reject(error)
  }
}
