import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatErrorBody, restProblem, restProblems } from './rest-problems.ts'

// Problem, status, body without `info`; the strings are those that clients compare (rest-api §1.5).
const answers = [
  [
    restProblem('managedObjectNotFound', { id: '70412' }),
    404,
    'inventory/Not Found',
    "Finding device data from database failed : No managedObject for id '70412'!",
  ],
  [
    restProblem('operationNotFound', { id: 'abc' }),
    404,
    'devicecontrol/Not Found',
    "Finding operation from database failed : No operation for gid 'abc'!",
  ],
  [
    restProblem('newDeviceRequestNotFound', { id: 'x' }),
    404,
    'devicecontrol/Not Found',
    'Could not find newDeviceRequest by ID x',
  ],
  [
    restProblem('externalIdNotFound', { type: 'c8y_Serial', value: 'a/b' }),
    404,
    'identity/Not Found',
    'External id not found; external id = ID [type=c8y_Serial, value=a/b]',
  ],
  [
    restProblem('externalIdTaken'),
    409,
    'identity/Duplicate',
    'Identity already bound to a different Global ID.',
  ],
  [
    restProblem('mandatoryMissing', { fields: 'type,source.id' }),
    422,
    'undefined/validationError',
    'Following mandatory fields should be included: type,source.id',
  ],
  [
    restProblem('credentialsMissing'),
    401,
    'security/Unauthorized',
    'Full authentication is required to access this resource',
  ],
  [
    restProblem('credentialsWrong'),
    401,
    'security/Unauthorized',
    'Invalid credentials! : Bad credentials',
  ],
  [restProblem('accessDenied'), 403, 'security/Forbidden', 'Access is denied'],
  [
    restProblem('bodyMissing'),
    415,
    'general/unsupportedMediaType',
    'Representation must not be null',
  ],
] as const

for (const [problem, status, error, message] of answers) {
  test(`${problem.code} answers ${status} ${error}`, () => {
    assert.equal(restProblems[problem.code].status, status)
    const body = formatErrorBody(problem, 'http://h')
    assert.equal(body.error, error)
    assert.equal(body.message, message)
  })
}

test('info is a link to the error', () => {
  const body = formatErrorBody(restProblem('managedObjectNotFound', { id: '1' }), 'http://h')
  assert.equal(body.info, 'http://h/docs/errors#inventory-not-found')
})

test('details are not read as templates', () => {
  const body = formatErrorBody(restProblem('invalid', { reason: '{reason} $& $1' }), 'http://h')
  assert.equal(body.message, '{reason} $& $1')
})
