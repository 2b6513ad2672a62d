import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { closeSync, constants, mkdtempDisposableSync, openSync, readSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { LineOutput } from './line-output.ts'

const skip = process.platform === 'win32' && 'there are no named pipes in a folder here'

/** Both ends of a pipe, of which neither waits for the other. */
class Pipe implements Disposable {
  readonly #folder = mkdtempDisposableSync(join(tmpdir(), 'pileus-log-'))
  readonly #reader: number
  readonly writer: number
  #isRead = true

  constructor() {
    const path = join(this.#folder.path, 'pipe')
    execFileSync('mkfifo', [path])
    this.#reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
    this.writer = openSync(path, constants.O_WRONLY | constants.O_NONBLOCK)
  }

  /** What is in it, as far as it fits here. */
  read(): Buffer {
    const bytes = Buffer.alloc(1024 * 1024)
    return bytes.subarray(0, readSync(this.#reader, bytes))
  }

  /** The reader goes away. */
  break(): void {
    if (this.#isRead) closeSync(this.#reader)
    this.#isRead = false
  }

  [Symbol.dispose](): void {
    this.break()
    closeSync(this.writer)
    this.#folder.remove()
  }
}

test('lines arrive whole and in order, however slowly they are read', { skip }, async () => {
  using pipe = new Pipe()
  const output = new LineOutput(pipe.writer, () => assert.fail('there is room'))
  const lines = Array.from({ length: 20_000 }, (_, index) => `line ${index} ä\n`)
  for (const line of lines) output.write(line)
  const whole = Buffer.from(lines.join(''))
  let read = Buffer.alloc(0)
  while (read.length < whole.length) {
    await new Promise(setImmediate)
    try {
      read = Buffer.concat([read, pipe.read()])
    } catch (error) {
      assert.equal((error as NodeJS.ErrnoException).code, 'EAGAIN')
    }
  }
  assert.ok(read.equals(whole))
})

test('a reader that is gone keeps nobody waiting', { skip }, () => {
  using pipe = new Pipe()
  const output = new LineOutput(pipe.writer, () => {})
  pipe.break()
  output.write('under way\n')
  output.write('waits\n')
  output.flushSync()
})

test('a reader that has stopped keeps the end waiting for a moment, and memory bounded', {
  skip,
}, () => {
  using pipe = new Pipe()
  let dropped = 0
  const output = new LineOutput(pipe.writer, () => dropped++)
  for (let line = 0; line < 200; line++) output.write(`${'x'.repeat(20_000)}\n`)
  assert.ok(dropped > 100)
  const startedAt = performance.now()
  output.flushSync()
  assert.ok(performance.now() - startedAt < 2_000)
})
