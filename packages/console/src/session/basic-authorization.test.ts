import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatBasicAuthorization } from './basic-authorization.ts'

const decode = (header: string): string =>
  Buffer.from(header.replace('Basic ', ''), 'base64').toString('utf8')

test('names the tenant where one is given', () => {
  const credentials = { tenantId: 't100', userName: 'mira', password: 'p:w' }
  assert.equal(decode(formatBasicAuthorization(credentials)), 't100/mira:p:w')
  assert.equal(decode(formatBasicAuthorization({ ...credentials, tenantId: '' })), 'mira:p:w')
})

test('carries every script', () => {
  const credentials = { tenantId: '', userName: 'jürgen', password: 'пароль 密码 🔑' }
  assert.equal(decode(formatBasicAuthorization(credentials)), 'jürgen:пароль 密码 🔑')
})
