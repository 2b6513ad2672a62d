/**
 * Says what is going on, on one line of standard error that is written over and over.
 *
 * Where standard error is no terminal, each step has a line and how far it is stays unsaid.
 */
export class ProgressLine implements Disposable {
  #step = ''

  /** Names what begins now. */
  begin(step: string): void {
    this.#step = step
    if (process.stderr.isTTY) this.#write(step)
    else process.stderr.write(`${step}\n`)
  }

  [Symbol.dispose](): void {
    this.#write('')
  }

  /** Says how far it is. */
  readonly update = (words: string): void => this.#write(`${this.#step}: ${words}`)

  #write(line: string): void {
    if (!process.stderr.isTTY) return
    process.stderr.write(`\r\x1b[K${line.slice(0, process.stderr.columns - 1)}`)
  }
}
