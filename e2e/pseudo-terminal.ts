import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { stripVTControlCharacters } from 'node:util'
import { inTime } from './until.ts'

/** Of util-linux; knows how to make a terminal. */
export const terminalProgram = 'script'

/**
 * A program that believes in a terminal, as `script` of util-linux makes one: keys go in as a
 * keyboard sends them, Ctrl-C included, and everything that the terminal would show comes out.
 */
export class PseudoTerminal implements AsyncDisposable {
  readonly #child: ChildProcess
  readonly #ended: Promise<number | null>
  readonly #listeners = new Set<() => void>()
  #output = ''

  /** `command` is for the shell. Terminals that `script` makes have no size: `COLUMNS` says it. */
  constructor(command: string, env: Readonly<Record<string, string>>) {
    this.#child = spawn(terminalProgram, ['-qfec', `exec ${command}`, '/dev/null'], {
      env: { PATH: process.env['PATH'], SHELL: '/bin/sh', TERM: 'xterm', ...env },
      stdio: ['pipe', 'pipe', 'inherit'],
      // A group of its own, so that everything in it can be ended.
      detached: true,
    })
    this.#child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.#output += text
      for (const listener of this.#listeners) listener()
    })
    this.#ended = once(this.#child, 'close').then(([code]: (number | null)[]) => code ?? null)
  }

  /** Everything that came, with what moves the cursor and sets colours. */
  get output(): string {
    return this.#output
  }

  /** The same without that. */
  get text(): string {
    return stripVTControlCharacters(this.#output).replaceAll('\r\n', '\n')
  }

  type(keys: string): void {
    this.#child.stdin?.write(keys)
  }

  ctrlC(): void {
    this.type('\u0003')
  }

  /** The first match in what has come so far, once there is one. */
  async shows(pattern: RegExp, ms?: number): Promise<RegExpExecArray> {
    const { promise, resolve } = Promise.withResolvers<RegExpExecArray>()
    const look = (): void => {
      const found = pattern.exec(this.text)
      if (found !== null) resolve(found)
    }
    this.#listeners.add(look)
    look()
    try {
      return await inTime(`${pattern} on the terminal:\n${this.text.slice(-2000)}`, promise, ms)
    } finally {
      this.#listeners.delete(look)
    }
  }

  /** With which code the program ended. */
  async ended(): Promise<number | null> {
    return await inTime('the end of the program', this.#ended)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      if (this.#child.pid !== undefined) process.kill(-this.#child.pid, 'SIGKILL')
    } catch {
      // It has ended already.
    }
    this.#child.stdin?.destroy()
    await this.#ended
  }
}
