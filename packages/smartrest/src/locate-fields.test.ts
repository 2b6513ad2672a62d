import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { locateFields } from './locate-fields.ts'
import { parsePayload } from './parse-payload.ts'

/** Each value is marked where it stands: `[` before it, `]` behind it. */
function mark(text: string): string {
  let marked = ''
  let from = 0
  for (const [start, end] of locateFields(text).flat()) {
    marked += `${text.slice(from, start)}[${text.slice(start, end)}]`
    from = end
  }
  return marked + text.slice(from)
}

const cases = [
  { text: '211,25', marked: '[211],[25]' },
  { text: '110,  a b ,\t"c, d" ,', marked: '[110],  [a b] ,\t["c, d"] ,[]' },
  { text: '400,x,"6" pipe",now', marked: '[400],[x],["6" pipe"],[now]' },
  { text: '502,x,"D:\\"', marked: '[502],[x],["D:\\"]' },
  { text: '\ufeff500\r\n\n ""\n105', marked: '\ufeff[500]\r\n\n ""\n[105]' },
  { text: '500\n400,x,"open\n105', marked: '[500]\n[400],[x],["open\n105]' },
  { text: '', marked: '' },
]
for (const { text, marked } of cases) {
  test(`${JSON.stringify(text)} as ${JSON.stringify(marked)}`, () => {
    assert.equal(mark(text), marked)
  })
}

const pieces = fc.constantFrom('"', '""', '\\"', '\\', ',', '\n', '\r\n', ' ', '\t', 'a', '5', 'ü')
const limits = { rowsMax: 4, columnsMax: 5 }

test('there is a place for each value that is read, and the text there is that value', () => {
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 40 }), (parts) => {
      const text = parts.join('')
      const { rows, problem } = parsePayload(text, limits)
      const located = locateFields(text, limits)
      assert.equal(located.length, rows.length + (problem === undefined ? 0 : 1))
      for (const [index, fields] of rows.entries()) {
        const spans = located[index] ?? []
        assert.equal(spans.length, fields.length)
        for (const [place, [start, end]] of spans.entries()) {
          const raw = text.slice(start, end)
          if (raw.startsWith('"')) assert.match(raw, /^".*"$/s)
          else assert.equal(raw, fields[place])
          const next = spans[place + 1]
          if (next) assert.match(text.slice(end, next[0]), /^[ \t]*,[ \t]*$/)
        }
      }
    }),
    { numRuns: 2000 },
  )
})
