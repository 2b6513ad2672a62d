/** One kind of refusal as the client sees it. */
export interface RestProblemRow {
  readonly status: number
  /** Member `error` of the body: clients compare it literally. */
  readonly error: string
  /** Member `message`; `{name}` is filled in from the details of the problem. */
  readonly message: string
}

const mandatoryMissing = 'Following mandatory fields should be included: {fields}'
const sourceMissing = 'Source object does not exist in inventory.'

/**
 * Every refusal of the REST interface.
 *
 * @see rest-api §1.4, §1.5
 */
export const restProblems = {
  credentialsMissing: {
    status: 401,
    error: 'security/Unauthorized',
    message: 'Full authentication is required to access this resource',
  },
  credentialsWrong: {
    status: 401,
    error: 'security/Unauthorized',
    message: 'Invalid credentials! : Bad credentials',
  },
  accessDenied: { status: 403, error: 'security/Forbidden', message: 'Access is denied' },
  foreignTenant: {
    status: 403,
    error: 'userManagement/Forbidden',
    message: "Access is denied : tenant of the user differs from '{tenantId}'",
  },
  pathUnknown: {
    status: 404,
    error: 'general/notFound',
    message: "No resource at '{path}'.",
  },
  methodNotAllowed: {
    status: 405,
    error: 'general/methodNotAllowed',
    message: "Method {method} is not supported at '{path}'.",
  },
  managedObjectNotFound: {
    status: 404,
    error: 'inventory/Not Found',
    message: "Finding device data from database failed : No managedObject for id '{id}'!",
  },
  childNotFound: {
    status: 404,
    error: 'inventory/Not Found',
    message: "ManagedObject '{childId}' is not a child of '{parentId}'",
  },
  operationNotFound: {
    status: 404,
    error: 'devicecontrol/Not Found',
    message: "Finding operation from database failed : No operation for gid '{id}'!",
  },
  newDeviceRequestNotFound: {
    status: 404,
    error: 'devicecontrol/Not Found',
    message: 'Could not find newDeviceRequest by ID {id}',
  },
  deviceCredentialsNotFound: {
    status: 404,
    error: 'devicecontrol/Not Found',
    message: "There are no credentials for device '{id}'.",
  },
  measurementNotFound: {
    status: 404,
    error: 'measurement/Not Found',
    message: "Finding measurement from database failed : No measurement for gid '{id}'!",
  },
  eventNotFound: {
    status: 404,
    error: 'event/Not Found',
    message: "Finding event from database failed : No event for gid '{id}'!",
  },
  alarmNotFound: {
    status: 404,
    error: 'alarm/Not Found',
    message: "Finding alarm from database failed : No alarm for gid '{id}'!",
  },
  externalIdNotFound: {
    status: 404,
    error: 'identity/Not Found',
    message: 'External id not found; external id = ID [type={type}, value={value}]',
  },
  userNotFound: {
    status: 404,
    error: 'users/Not Found',
    message: "Finding user from database failed : No user for id '{id}'!",
  },
  externalIdTaken: {
    status: 409,
    error: 'identity/Duplicate',
    message: 'Identity already bound to a different Global ID.',
  },
  objectProtected: {
    status: 409,
    error: 'inventory/conflict',
    message: "Managed object '{id}' has associated data.",
  },
  bodyTooLarge: {
    status: 413,
    error: 'general/payloadTooLarge',
    message: 'The body may have at most {maxBytes} bytes.',
  },
  pathTooLong: {
    status: 414,
    error: 'general/uriTooLong',
    message: 'The request line may have at most {maxBytes} bytes.',
  },
  headersTooLarge: {
    status: 431,
    error: 'general/headersTooLarge',
    message: 'At most {maxHeaders} headers of {maxBytes} bytes in total are accepted.',
  },
  requestTimeout: {
    status: 408,
    error: 'general/requestTimeout',
    message: 'The request did not arrive in time.',
  },
  requestMalformed: {
    status: 400,
    error: 'general/badRequest',
    message: 'The request is not valid HTTP: {reason}',
  },
  mediaTypeUnsupported: {
    status: 415,
    error: 'general/unsupportedMediaType',
    message: "Content type '{mediaType}' is not supported here; send application/json.",
  },
  encodingUnsupported: {
    status: 415,
    error: 'general/unsupportedMediaType',
    message: "Content encoding '{encoding}' is not supported here.",
  },
  bodyMissing: {
    status: 415,
    error: 'general/unsupportedMediaType',
    message: 'Representation must not be null',
  },
  jsonMalformed: {
    status: 400,
    error: 'general/invalidJSON',
    message: 'The body is not valid JSON: {reason}',
  },
  jsonTooComplex: {
    status: 422,
    error: 'general/invalidJSON',
    message: 'The body exceeds a limit: {reason}',
  },
  mandatoryMissing: { status: 422, error: 'undefined/validationError', message: mandatoryMissing },
  deviceIdInvalid: {
    status: 422,
    error: 'undefined/validationError',
    message:
      "Device id '{id}' is not valid: 1 to 247 characters, no white space, no control characters, none of / \\ $ + # :",
  },
  measurementSourceUnknown: {
    status: 422,
    error: 'measurement/Unprocessable Entity',
    message: sourceMissing,
  },
  eventSourceUnknown: {
    status: 422,
    error: 'event/Unprocessable Entity',
    message: sourceMissing,
  },
  alarmSourceUnknown: {
    status: 422,
    error: 'alarm/Unprocessable Entity',
    message: sourceMissing,
  },
  registrationNotUnique: {
    status: 422,
    error: 'devicecontrol/Non Unique Result',
    message: "Device id '{id}' is registered already.",
  },
  invalid: { status: 422, error: 'general/validationError', message: '{reason}' },
  tooManyRequests: {
    status: 429,
    error: 'general/tooManyRequests',
    message: 'Too many requests; try again in {retryAfterSeconds} s.',
  },
  internalError: {
    status: 500,
    error: 'general/internalError',
    message: 'Internal error, see the log of the platform for {correlationId}.',
  },
  unavailable: {
    status: 503,
    error: 'general/unavailable',
    message: 'The platform is busy; try again in {retryAfterSeconds} s.',
  },
  storageFull: {
    status: 507,
    error: 'general/storageFull',
    message: 'The storage of the platform is full; reading still works.',
  },
} as const satisfies Record<string, RestProblemRow>

export type RestProblemCode = keyof typeof restProblems

/** A refusal with the values for its message. */
export interface RestProblem {
  readonly code: RestProblemCode
  readonly details: Readonly<Record<string, string>>
}

export function restProblem(
  code: RestProblemCode,
  details: Readonly<Record<string, string>> = {},
): RestProblem {
  return { code, details }
}

/** Body of an error answer. */
export interface ErrorBody {
  readonly error: string
  readonly message: string
  readonly info: string
}

/**
 * The body that the client reads. `baseUrl` is the public URL without trailing slash.
 *
 * @see rest-api §1.5
 */
export function formatErrorBody(problem: RestProblem, baseUrl: string): ErrorBody {
  const row = restProblems[problem.code]
  return {
    error: row.error,
    message: row.message.replace(/\{(\w+)\}/g, (_, name: string) => problem.details[name] ?? ''),
    info: `${baseUrl}/docs/errors#${row.error.toLowerCase().replace(/[^a-z0-9]+/g, '-')}`,
  }
}
