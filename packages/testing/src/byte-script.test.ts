import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bytes } from './byte-script.ts'

const cases = [
  ['', ''],
  ['20 02 0000', '20020000'],
  ['c000 | PINGREQ', 'c000'],
  ['"añ"', '61c3b1'],
  ['<s/us>', '0004732f7573'],
  ['30 [ <a> "b" ]', '3004000161' + '62'],
  ['10 [ 01 [ 02 ] ]', '1003010102'],
] as const

for (const [notation, hex] of cases) {
  test(`reads ${notation || 'nothing'}`, () => {
    assert.equal(Buffer.from(bytes(notation)).toString('hex'), hex)
  })
}

test('writes the length of a body of 200 bytes in two bytes', () => {
  assert.deepEqual([...bytes(`30 [ ${'00'.repeat(200)} ]`).subarray(0, 3)], [0x30, 0xc8, 0x01])
})

for (const notation of ['2', 'zz', '[ 00', '00 ]', '"open']) {
  test(`refuses ${notation}`, () => {
    assert.throws(() => bytes(notation))
  })
}
