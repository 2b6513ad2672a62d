import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { test } from 'node:test'
import fc from 'fast-check'
import { formatCurl, quoteForShell } from './copy-formats.ts'

test('a request is one command with the password as a variable', () => {
  const request = {
    method: 'PUT',
    path: '/devicecontrol/newDeviceRequests/SN-1',
    body: { status: 'ACCEPTED' },
  } as const
  const caller = { origin: 'http://host:8080', tenantId: 't100', userName: 'mira' }
  assert.equal(
    formatCurl(request, caller),
    `curl -u t100/mira:"$PASSWORD" -H 'Accept: application/json' -X PUT -H 'Content-Type: application/json' -d '{"status":"ACCEPTED"}' http://host:8080/devicecontrol/newDeviceRequests/SN-1`,
  )
})

test('a shell reads any text back as one word', () => {
  const word = fc.string({ unit: 'grapheme', minLength: 1 }).filter((text) => !text.includes('\0'))
  fc.assert(
    fc.property(word, (text) => {
      const command = `printf %s ${quoteForShell(text)}`
      assert.equal(execFileSync('sh', ['-c', command], { encoding: 'utf8' }), text)
    }),
    { numRuns: 40 },
  )
})
