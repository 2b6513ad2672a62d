import { dryRunLimits } from './dry-run-limits.ts'

/** A dry run would take more than it may; the message is a sentence for whoever asked. */
export class PatienceLost extends Error {
  override readonly name = 'PatienceLost'
}

/** Counts what one dry run takes, and lets others have their turn. */
export class Patience {
  readonly #nowMs: () => number
  readonly #startedMs: number
  #sliceMs: number
  #itemsRead = 0
  #characters = 0

  /** `nowMs` is monotonic. */
  constructor(nowMs: () => number) {
    this.#nowMs = nowMs
    this.#startedMs = nowMs()
    this.#sliceMs = this.#startedMs
  }

  async read(items: number): Promise<void> {
    this.#itemsRead += items
    if (this.#itemsRead > dryRunLimits.itemsReadMax) {
      throw new PatienceLost(`The rows read more than ${dryRunLimits.itemsReadMax} things.`)
    }
    const nowMs = this.#nowMs()
    if (nowMs - this.#startedMs > dryRunLimits.msMax) {
      throw new PatienceLost(`The rows take more than ${dryRunLimits.msMax} ms.`)
    }
    if (nowMs - this.#sliceMs < dryRunLimits.msAtOnce) return
    await new Promise(setImmediate)
    this.#sliceMs = this.#nowMs()
  }

  wrote(characters: number): void {
    this.#characters += characters
    if (this.#characters <= dryRunLimits.charactersMax) return
    throw new PatienceLost(`The rows lead to more than ${dryRunLimits.charactersMax} characters.`)
  }
}
