import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import fc from 'fast-check'
import { formatRows } from './format-row.ts'
import { csvLimits, parsePayload } from './parse-payload.ts'

interface ParseCase {
  readonly id: string
  readonly title: string
  readonly input: { readonly payload: string }
  readonly expect: {
    readonly rows: readonly (readonly string[])[]
    readonly error?: { readonly code: number; readonly messageId: string }
  }
}

const golden = new URL('../../testing/golden/csv-parse.json', import.meta.url)
const { cases } = JSON.parse(readFileSync(golden, 'utf8')) as { cases: readonly ParseCase[] }

for (const { id, title, input, expect } of cases) {
  test(`${id} ${title}`, () => {
    const { rows, problem } = parsePayload(input.payload)
    assert.deepEqual(rows, expect.rows)
    assert.deepEqual(problem && { code: problem.code, messageId: problem.messageId }, expect.error)
  })
}

const texts = [
  { payload: '400,kiln_Note,"never closed', text: 'The quoted value in column 2 is not closed' },
  { payload: '"500', text: 'The quoted message id is not closed' },
]
for (const { payload, text } of texts) {
  test(`tells the device what is wrong with ${payload}`, () => {
    assert.equal(parsePayload(payload).problem?.text, text)
  })
}

test('a row keeps white space that is neither space nor tab', () => {
  assert.deepEqual(parsePayload('113,\u00a0x\v').rows, [['113', '\u00a0x\v']])
})

for (const last of ['105', '"105"']) {
  test(`rows up to the limit count, the first excess row is refused: ${last}`, () => {
    const full = Array.from({ length: csvLimits.rowsMax }, () => last).join('\n\n')
    assert.equal(parsePayload(full).problem, undefined)
    const { rows, problem } = parsePayload(`${full}\n110,a\n110,b`)
    assert.equal(rows.length, csvLimits.rowsMax)
    assert.deepEqual(problem, {
      code: 42,
      messageId: '110',
      text: 'A message can have 1024 rows',
      row: 1025,
    })
  })
}

for (const value of ['x', '"x"']) {
  test(`columns up to the limit count, a longer row is refused: ${value}`, () => {
    const full = `114${`,${value}`.repeat(csvLimits.columnsMax)}`
    assert.equal(parsePayload(full).rows[0]?.length, csvLimits.columnsMax + 1)
    const { rows, problem } = parsePayload(`500\n${full},${value}\n105`)
    assert.deepEqual(rows, [['500']])
    assert.deepEqual(problem, {
      code: 42,
      messageId: '114',
      text: 'A row can have 8192 columns',
      row: 2,
    })
  })
}

/** Text in which everything that means something to CSV is frequent. */
const hostile = fc.string({
  unit: fc.constantFrom('"', '"', '\\', ',', '\n', '\r', ' ', '\t', 'a', 'ü', '\ufeff'),
  maxLength: 40,
})
const anyText = fc.oneof(hostile, fc.string({ unit: 'binary' }))

test('reads every payload as the slow twin does', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const { rows, problem } = parsePayload(text)
      assert.deepEqual({ rows, openRowId: problem?.messageId }, readSlowly(text))
    }),
    { numRuns: 3000 },
  )
})

test('gives back the rows that were written', () => {
  // W7: a backslash before the closing quote reads as an escape. R3: a row of one empty value is
  // blank. R1: U+FEFF at the start of a message is a byte order mark.
  const value = anyText.filter((text) => !text.endsWith('\\'))
  const row = fc.array(value, { minLength: 1 }).filter((fields) => fields.join() !== '')
  const rows = fc.array(row).filter(([first]) => !first?.[0]?.startsWith('\ufeff'))
  fc.assert(
    fc.property(rows, (written) => {
      assert.deepEqual(parsePayload(formatRows(written)), { rows: written })
    }),
    { numRuns: 1000 },
  )
})

test('reads a backslash before the closing quote in the last column (W7, R10)', () => {
  const rows = [['511', 'kiln-1', 'dir, D:\\']]
  assert.deepEqual(parsePayload(formatRows(rows)), { rows })
})

const hostilePatterns =
  '" "" """ "a "__ "\\"| "a\\", "a\\"", "a\\""_, "a"_b", "","","" "",""x" "a"",\\"", \\"",\\",""|'
    .split(' ')
    .map((pattern) => pattern.replaceAll('_', ' ').replaceAll('|', '\n'))
for (const pattern of hostilePatterns) {
  test(`reading ${JSON.stringify(pattern)} over and over stays linear`, () => {
    // A quadratic reader passes 40 reads a character long before the payload has 8000.
    const payload = `400,${pattern.repeat(8000 / pattern.length)}`
    const reads = countReads(() => {
      parsePayload(payload, { rowsMax: Infinity, columnsMax: Infinity })
    })
    assert.ok(reads < 40 * payload.length, `${reads} reads for ${payload.length} characters`)
  })
}

/** How often `run` looks at a character or for one. */
function countReads(run: () => void): number {
  let reads = 0
  const methods = (['indexOf', 'charCodeAt'] as const).map((name) => {
    const method = Object.getOwnPropertyDescriptor(String.prototype, name)
    assert.ok(method)
    return { name, method }
  })
  for (const { name, method } of methods) {
    const counting = function (this: string, ...args: unknown[]): unknown {
      reads += 1
      return Reflect.apply(method.value, this, args)
    }
    Object.defineProperty(String.prototype, name, { ...method, value: counting })
  }
  try {
    run()
  } finally {
    for (const { name, method } of methods) Object.defineProperty(String.prototype, name, method)
  }
  return reads
}

/**
 * smartrest-csv §2 taken literally: character by character, every value read again from its
 * beginning as R9 and R10 say. Quadratic, and obviously the rule.
 */
function readSlowly(payload: string): { rows: string[][]; openRowId: string | undefined } {
  const text = payload.startsWith('\ufeff') ? payload.slice(1) : payload
  const rows: string[][] = []
  let row: string[] = []
  let at = 0
  for (;;) {
    while (' \t'.includes(text[at] ?? '-')) at++
    let value = ''
    if (text[at] === '"') {
      const read = readQuotedSlowly(text, at + 1, true) ?? readQuotedSlowly(text, at + 1, false)
      if (!read) return { rows, openRowId: row[0] ?? '' }
      value = read.value
      at = read.next
      while (' \t'.includes(text[at] ?? '-')) at++
    } else {
      while (at < text.length && !',\r\n'.includes(text[at] as string)) value += text[at++]
      value = value.replace(/[ \t]+$/, '')
    }
    row.push(value)
    if (text[at] !== ',') {
      if (text[at] === '\r' && text[at + 1] === '\n') at++
      if (row.length > 1 || row[0] !== '') rows.push(row)
      row = []
    }
    if (at >= text.length) return { rows, openRowId: undefined }
    at++
  }
}

function readQuotedSlowly(
  text: string,
  start: number,
  hasEscapes: boolean,
  changedFromStart = false,
): { value: string; next: number } | undefined {
  let value = ''
  let isChanged = changedFromStart
  let readPairAtBoundary = false
  let at = start
  while (at < text.length) {
    const rest = text.slice(at)
    const pairAtBoundary = /^""[ \t]*([,\r\n]|$)/.test(rest)
    if (hasEscapes && /^\\""(?![ \t]*([,\r\n]|$))/.test(rest)) {
      value += '\\"'
      at += 3
    } else if (hasEscapes && rest.startsWith('\\"')) {
      value += '"'
      at += 2
    } else if (rest.startsWith('""')) {
      value += '"'
      at += 2
      if (pairAtBoundary && isChanged) return { value, next: at }
      readPairAtBoundary ||= pairAtBoundary
    } else if (/^"[ \t]*([,\r\n]|$)/.test(rest)) {
      return { value, next: at + 1 }
    } else if (rest.startsWith('"')) {
      if (readPairAtBoundary && !isChanged) return readQuotedSlowly(text, start, hasEscapes, true)
      isChanged = true
      value += '"'
      at += 1
    } else {
      value += text[at]
      at += 1
    }
  }
  return readPairAtBoundary && !changedFromStart
    ? readQuotedSlowly(text, start, hasEscapes, true)
    : undefined
}
