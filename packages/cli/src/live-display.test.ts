import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LiveDisplay } from './live-display.ts'

/** A terminal that understands what a live display uses: lines, cursor up, erase below. */
class Screen {
  readonly isTTY = true
  lines: string[] = ['']

  write(text: string): void {
    for (const [, up, erase, newLine, char = ''] of text.matchAll(
      /\u001b\[(\d+)F|(\u001b\[J)|(\n)|([^])/gu,
    )) {
      if (up !== undefined) this.lines.length -= Number(up)
      else if (erase !== undefined) this.lines[this.lines.length - 1] = ''
      else if (newLine !== undefined) this.lines.push('')
      else this.lines[this.lines.length - 1] += char
    }
  }
}

test('what is shown is replaced, what is logged stays above it', () => {
  const screen = new Screen()
  const display = new LiveDisplay(screen, () => 20)
  display.show(['waiting 1', 'x'])
  display.log('first')
  display.show(['waiting 2'])
  display.log('second', 'third')
  assert.deepEqual(screen.lines, ['first', 'second', 'third', 'waiting 2', ''])
  display.keep()
  display.log('last')
  assert.deepEqual(screen.lines, ['first', 'second', 'third', 'waiting 2', 'last', ''])
})

test('a shown line never takes two lines', () => {
  const screen = new Screen()
  const display = new LiveDisplay(screen, () => 10)
  display.show(['0123456789'])
  display.show(['abcdefghijkl'])
  assert.deepEqual(screen.lines, ['abcdefgh…', ''])
})

test('without a terminal there are only lines that stay', () => {
  let written = ''
  const stream = { write: (text: string) => (written += text) }
  const display = new LiveDisplay(stream, () => 10)
  display.show(['never'])
  display.log('a line that is longer than ten')
  display.show([])
  assert.equal(written, 'a line that is longer than ten\n')
})
