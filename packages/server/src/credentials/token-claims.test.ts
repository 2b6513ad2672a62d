import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TenantId, User } from '@pileus/domain'
import fc from 'fast-check'
import {
  formatTokenClaims,
  isTimely,
  parseTokenClaims,
  type TokenClaims,
  tokenSessionOf,
} from './token-claims.ts'

const claims: TokenClaims = {
  iss: 'iot.example',
  aud: 'iot.example',
  sub: 'device_pump',
  ten: 't100',
  jti: '5f0c',
  tci: 'dev-3b7',
  iat: 1_893_456_000,
  nbf: 1_893_456_000,
  exp: 1_893_459_600,
  tfa: false,
  xsrfToken: 'q8ZtVw3mB1xK0aYr9LcE',
}

test('the claims are those of the specification, in its order', () => {
  assert.equal(
    formatTokenClaims(claims),
    '{"iss":"iot.example","aud":"iot.example","sub":"device_pump","ten":"t100","jti":"5f0c",' +
      '"tci":"dev-3b7","iat":1893456000,"nbf":1893456000,"exp":1893459600,"tfa":false,' +
      '"xsrfToken":"q8ZtVw3mB1xK0aYr9LcE"}',
  )
})

test('any claims read back, from an alphabet that every base64 decoder knows', () => {
  // Often the characters that need care, in every place of a triple.
  const awkward = fc.string({ unit: fc.constantFrom('>', '?', '~', '\u007f', 'ü', '𝕏', '"', 'a') })
  const text = fc.oneof(awkward, fc.string({ unit: 'binary' }))
  fc.assert(
    fc.property(text, text, (sub, iss) => {
      const payload = formatTokenClaims({ ...claims, sub, iss })
      assert.match(payload, /^[\x20-\x7e]*$/)
      assert.doesNotMatch(Buffer.from(payload).toString('base64url'), /[-_]/)
      assert.deepEqual(parseTokenClaims(payload), { ...claims, sub, iss })
    }),
  )
})

const noClaims: readonly string[] = [
  '',
  'null',
  '[]',
  '7',
  '{}',
  JSON.stringify({ ...claims, sub: undefined }),
  JSON.stringify({ ...claims, aud: ['iot.example'] }),
  JSON.stringify({ ...claims, exp: '1893459600' }),
  JSON.stringify({ ...claims, exp: 1.5 }),
  JSON.stringify({ ...claims, tfa: null }),
]
for (const text of noClaims) {
  test(`no claims: ${text.slice(0, 60)}`, () => assert.equal(parseTokenClaims(text), undefined))
}

const moments: readonly (readonly [seconds: number, isTimely: boolean, changes?: object])[] = [
  [claims.iat - 61, false],
  [claims.iat - 60, true],
  [claims.iat, true],
  [claims.exp + 59, true],
  [claims.exp + 60, false],
  [claims.iat, false, { nbf: claims.iat + 61 }],
  [claims.iat, false, { iat: claims.iat + 61 }],
]
for (const [seconds, expected, changes = {}] of moments) {
  test(`at ${seconds} with ${JSON.stringify(changes)}: ${expected}`, () => {
    assert.equal(isTimely({ ...claims, ...changes }, seconds * 1000), expected)
  })
}

test('a session lasts until anything about the access of its user changes', () => {
  const user: User = {
    tenantId: 't100' as TenantId,
    userName: 'device_pump',
    secretHash: '$hmac-sha256$k=00000000$AAAA',
    groupIds: [3],
    enabled: true,
    shouldResetPassword: false,
    lastPasswordChange: 1000,
    creationTime: 1000,
    profile: {},
  }
  const sessions = [
    user,
    { ...user, secretHash: '$hmac-sha256$k=00000000$AAAB' },
    { ...user, lastPasswordChange: 1001 },
    { ...user, creationTime: 999 },
    { ...user, tenantId: 't200' as TenantId },
    { ...user, userName: 'device_pumq' },
  ].map(tokenSessionOf)
  assert.equal(new Set(sessions).size, sessions.length)
  assert.equal(tokenSessionOf({ ...user, groupIds: [], profile: { a: 1 } }), sessions[0])
})
