import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  parseAlarmId,
  parseDeviceIdentifier,
  parseEventId,
  parseManagedObjectId,
  parseMeasurementId,
  parseOperationId,
  parseTenantId,
} from './ids.ts'

const decimalParsers = {
  parseManagedObjectId,
  parseOperationId,
  parseMeasurementId,
  parseEventId,
  parseAlarmId,
}

for (const [name, parse] of Object.entries(decimalParsers)) {
  test(`${name} accepts the decimals that numbers say exactly, and nothing else`, () => {
    for (const text of ['1', '1001', '4294967296', '9007199254740991']) {
      assert.equal(parse(text), text)
    }
    for (const text of ['', '0', '01', '-1', '+1', '1.0', '1e3', ' 1', '1 ', '0x1', '١']) {
      assert.equal(parse(text), undefined, JSON.stringify(text))
    }
    for (const text of ['9007199254740992', '9007199254740993', '99999999999999999']) {
      assert.equal(parse(text), undefined, text)
    }
  })
}

const refusedIdentifiers = [
  ['nothing', ''],
  ['a space', 'a b'],
  ['a tab', 'a\tb'],
  ['a line break', 'a\n'],
  ['a control character', 'a\u0007'],
  ['a control character of the second set', 'a\u0085'],
  ['a no-break space', 'a\u00a0b'],
  ['an ideographic space', 'a\u3000'],
  ['a byte order mark', '\ufeffa'],
  ['a slash', 'a/b'],
  ['a backslash', 'a\\b'],
  ['a dollar', '$a'],
  ['a plus', 'a+'],
  ['a hash', 'a#'],
  ['a colon', 'd:a'],
] as const

for (const [what, text] of refusedIdentifiers) {
  test(`a device identifier with ${what} is refused`, () => {
    assert.equal(parseDeviceIdentifier(text, 254), undefined)
  })
}

test('a device identifier may be any other text, up to its length', () => {
  for (const text of ['meter-8', '__proto__', 'constructor', 'KILN_7.a', '計器-8', '😀', '%41']) {
    assert.equal(parseDeviceIdentifier(text, 247), text)
  }
  assert.equal(parseDeviceIdentifier('x'.repeat(247), 247), 'x'.repeat(247))
  assert.equal(parseDeviceIdentifier('x'.repeat(248), 247), undefined)
  assert.equal(parseDeviceIdentifier('x'.repeat(254), 254), 'x'.repeat(254))
  assert.equal(parseDeviceIdentifier('x'.repeat(255), 254), undefined)
})

test('a device identifier fits into one segment of a topic and one part of a ClientId', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      const identifier = parseDeviceIdentifier(text, 254)
      if (identifier === undefined) return
      assert.equal(identifier, text)
      assert.equal(`s/us/${identifier}`.split('/').length, 3)
      assert.equal(`d:${identifier}`.split(':').length, 2)
      assert.equal(identifier.trim(), identifier)
    }),
  )
})

test('a tenant id is a name in lower case', () => {
  for (const text of ['t100', 'management', 'acme-north_2']) assert.equal(parseTenantId(text), text)
  for (const text of ['', 't', '100', 'T100', 'a b', 'a/b', '__proto__', `t${'0'.repeat(64)}`]) {
    assert.equal(parseTenantId(text), undefined)
  }
})
