import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PlatformUnreachable, RestRefusal } from '@pileus/rest-contract'
import { describeMissingPermission } from './permissions.ts'
import { describeSignInFailure } from './sign-in-words.ts'

test('a refused sign-in does not say which field was wrong', () => {
  const refusal = new RestRefusal(401, 'security/Unauthorized', 'Invalid credentials! : no user')
  assert.doesNotMatch(describeSignInFailure(refusal), /no user/)
})

test('a sign-in that failed for another reason says so', () => {
  assert.match(describeSignInFailure(new PlatformUnreachable('')), /does not answer/)
  assert.match(describeSignInFailure(new RestRefusal(429, '', 'Try again in 5 s.')), /in 5 s/)
})

test('a missing permission is named', () => {
  assert.match(describeMissingPermission(['ROLE_ALARM_ADMIN']), /the role ROLE_ALARM_ADMIN,/)
  assert.match(
    describeMissingPermission(['ROLE_ALARM_READ', 'ROLE_ALARM_ADMIN']),
    /ROLE_ALARM_READ or ROLE_ALARM_ADMIN/,
  )
})
