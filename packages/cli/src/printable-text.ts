/**
 * A text of somebody else as a terminal may be given it: control characters, which could move the
 * cursor or pretend to be output of ours, become their pictures, and what turns the direction of
 * writing or is half a character becomes U+FFFD. The length in UTF-16 units stays, so that places
 * in the text stay too.
 */
export function printable(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, pictureOf)
}

function pictureOf(char: string): string {
  const code = char.charCodeAt(0)
  if (code < 0x20) return String.fromCharCode(0x2400 + code)
  return code === 0x7f ? '\u2421' : '\ufffd'
}

/** Columns that the text takes on a terminal; colours take none. */
export function displayWidth(text: string): number {
  let width = 0
  for (const char of text.replaceAll(colours, '')) width += charWidth(char)
  return width
}

/** At most `columns` wide; `…` stands for what is left out. Colours are kept, and end with it. */
export function truncate(text: string, columns: number): string {
  if (displayWidth(text) <= columns) return text
  let kept = ''
  let width = 0
  let hasColours = false
  for (const [part] of text.matchAll(coloursOrChar)) {
    if (part.length > 1 && part.startsWith('\u001b')) {
      hasColours = true
      kept += part
      continue
    }
    width += charWidth(part)
    if (width > columns - 1) break
    kept += part
  }
  return `${kept}…${hasColours ? '\u001b[0m' : ''}`
}

/** Filled up with blanks on the right. */
export function padEnd(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - displayWidth(text)))
}

/** Rows of cells as lines whose columns stand below each other, two blanks apart. */
export function alignColumns(rows: readonly (readonly string[])[]): readonly string[] {
  const widths: number[] = []
  for (const row of rows) {
    for (const [index, cell] of row.entries()) {
      widths[index] = Math.max(widths[index] ?? 0, displayWidth(cell))
    }
  }
  return rows.map((row) =>
    row
      .map((cell, index) => padEnd(cell, widths[index] ?? 0))
      .join('  ')
      .trimEnd(),
  )
}

/** Sentences broken into lines of at most `columns`; a longer word has a line of its own. */
export function wrap(text: string, columns: number): readonly string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && displayWidth(line) + 1 + displayWidth(word) > columns) {
      lines.push(line)
      line = word
    } else line = line === '' ? word : `${line} ${word}`
  }
  return [...lines, line]
}

// oxlint-disable-next-line no-control-regex -- the escape character is what this is about
const colours = /\u001b\[[\d;]*m/g
// oxlint-disable-next-line no-control-regex -- as above
const coloursOrChar = /\u001b\[[\d;]*m|[^]/gu

const takesNoColumn = /^[\p{Mn}\p{Me}\p{Cf}]$/u
/** East Asian wide and full-width characters, and what is shown as a picture. */
const takesTwoColumns =
  /^(?:\p{Emoji_Presentation}|[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|[\u{20000}-\u{3fffd}])$/u

function charWidth(char: string): number {
  if (char < '\u0300') return 1
  if (takesNoColumn.test(char)) return 0
  return takesTwoColumns.test(char) ? 2 : 1
}
