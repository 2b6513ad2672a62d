import { write, writeSync } from 'node:fs'

/** What may wait for a reader that is slow. */
const waitingBytesMax = 1024 * 1024
/** A pipe that is full is tried again so soon. */
const retryMs = 50
/** How long the end of the process may wait for a reader. */
const flushMsMax = 500

/**
 * Lines for a file descriptor whose reader may be slow, stopped or gone. Neither writing nor the
 * end of the process ever waits for one for long: what there is no room for, and what nobody can
 * read any more, is dropped.
 */
export class LineOutput {
  /** Lines, or what is left of the first one, in order. */
  #waiting: Buffer[] = []
  #waitingBytes = 0
  #isWriting = false
  readonly #fd: number
  readonly #onDropped: () => void

  constructor(fd: number, onDropped: () => void) {
    this.#fd = fd
    this.#onDropped = onDropped
  }

  write(line: string): void {
    const bytes = Buffer.from(line)
    if (this.#waitingBytes + bytes.length > waitingBytesMax) {
      this.#onDropped()
      return
    }
    this.#waiting.push(bytes)
    this.#waitingBytes += bytes.length
    if (!this.#isWriting) this.#writeSome()
  }

  /** Writes out what waits, as far as somebody reads it; what is under way is left to itself. */
  flushSync(): void {
    const isOver = performance.now() + flushMsMax
    while (this.#waiting.length > 0 && performance.now() < isOver) {
      const batch = this.#take()
      try {
        this.#keepRest(batch, writeSync(this.#fd, batch))
      } catch (error) {
        if (!isFull(error)) return
        this.#keepRest(batch, 0)
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, retryMs)
      }
    }
  }

  #writeSome(): void {
    this.#isWriting = true
    const batch = this.#take()
    write(this.#fd, batch, (error, written) => {
      this.#isWriting = false
      const isLater = isFull(error)
      if (error && !isLater) this.#onDropped()
      else this.#keepRest(batch, isLater ? 0 : written)
      if (this.#waiting.length === 0) return
      if (!isLater) this.#writeSome()
      else setTimeout(() => this.#isWriting || this.#writeSome(), retryMs).unref()
    })
  }

  #take(): Buffer {
    const batch = Buffer.concat(this.#waiting)
    this.#waiting = []
    this.#waitingBytes = 0
    return batch
  }

  #keepRest(batch: Buffer, written: number): void {
    if (written === batch.length) return
    this.#waiting.unshift(batch.subarray(written))
    this.#waitingBytes += batch.length - written
  }
}

function isFull(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EAGAIN'
}
