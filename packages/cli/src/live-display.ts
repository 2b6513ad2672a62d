import { isDeepStrictEqual } from 'node:util'
import { displayWidth, truncate } from './printable-text.ts'

interface DisplayStream {
  readonly isTTY?: boolean
  write(text: string): unknown
}

/**
 * Lines that stay, and below them lines that are written anew in the same place. Where the output
 * is no terminal, as in a log of continuous integration, there are only lines that stay.
 */
export class LiveDisplay {
  /** Whether `show` shows anything. */
  readonly isLive: boolean
  readonly #stream: DisplayStream
  readonly #columns: () => number
  #shown: readonly string[] = []

  constructor(stream: DisplayStream, columns: () => number) {
    this.#stream = stream
    this.#columns = columns
    this.isLive = stream.isTTY === true
  }

  /** Adds lines that stay, above those that are shown. */
  log(...lines: readonly string[]): void {
    const text = lines.map((line) => `${line}\n`).join('')
    if (!this.isLive) this.#stream.write(text)
    else this.#stream.write(this.#erase() + text + this.#draw(this.#shown))
  }

  /** Shows the lines in place of those before, each cut to the width of the terminal. */
  show(lines: readonly string[]): void {
    if (!this.isLive || isDeepStrictEqual(this.#cut(lines), this.#shown)) return
    this.#stream.write(this.#erase() + this.#draw(lines))
  }

  /** Leaves what is shown last where it is. */
  keep(): void {
    this.#shown = []
  }

  #draw(lines: readonly string[]): string {
    this.#shown = this.#cut(lines)
    return this.#shown.map((line) => `${line}\n`).join('')
  }

  /** One column stays free: a terminal that fills its last one may begin a new line. */
  #cut(lines: readonly string[]): readonly string[] {
    return lines.map((line) => truncate(line, this.#columns() - 1))
  }

  #erase(): string {
    // A terminal that became narrower since has broken the lines.
    const columns = this.#columns()
    const height = this.#shown.reduce(
      (sum, line) => sum + Math.max(1, Math.ceil(displayWidth(line) / columns)),
      0,
    )
    return height === 0 ? '' : `\u001b[${height}F\u001b[J`
  }
}
