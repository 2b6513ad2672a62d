interface ProblemRow {
  /** Each transport maps the kind to its own answer: HTTP status, code on `s/e`. */
  readonly kind: 'invalid' | 'unknown' | 'conflict' | 'forbidden' | 'refused'
  /** One sentence for the person who reads the answer. `{name}` is filled in. */
  readonly text: string
}

/** Every expected way in which a rule refuses a command. */
export const problems = {
  forbidden: { kind: 'forbidden', text: 'Access is denied.' },

  managedObjectUnknown: { kind: 'unknown', text: 'No managed object {id}.' },
  sourceUnknown: { kind: 'invalid', text: 'Source object {id} does not exist in the inventory.' },
  deviceExists: { kind: 'refused', text: 'Device already existing' },
  childExists: { kind: 'refused', text: 'Device {externalId} already exists' },
  notBelowConnection: {
    kind: 'refused',
    text: 'Device {externalId} does not belong to this connection',
  },
  notAService: { kind: 'refused', text: 'Object {externalId} is not a service' },
  childUnknown: { kind: 'unknown', text: 'Managed object {childId} is not a child of {parentId}.' },
  hierarchyCycle: { kind: 'invalid', text: 'An object cannot be its own ancestor.' },
  hierarchyTooDeep: { kind: 'invalid', text: 'A hierarchy has at most {levels} levels.' },
  fragmentProtected: { kind: 'invalid', text: '{name} cannot be removed' },
  fragmentNameRefused: { kind: 'invalid', text: '"{name}" cannot be the name of a fragment' },
  profileUnknown: {
    kind: 'refused',
    text: 'No EXECUTING operation with fragment c8y_DeviceProfile and no profile known',
  },

  externalIdUnknown: {
    kind: 'unknown',
    text: 'External id not found; external id = ID [type={type}, value={value}]',
  },
  externalIdTaken: { kind: 'conflict', text: 'Identity already bound to a different Global ID.' },
  externalIdInvalid: { kind: 'invalid', text: 'An external id has 1 to 1024 characters' },

  measurementUnknown: { kind: 'unknown', text: 'No measurement {id}.' },
  eventUnknown: { kind: 'unknown', text: 'No event {id}.' },
  noEventOfType: { kind: 'refused', text: 'No event of type {type}' },
  alarmUnknown: { kind: 'unknown', text: 'No alarm {id}.' },
  noUnresolvedAlarm: { kind: 'refused', text: 'No unresolved alarm of type {type}' },
  alarmCleared: { kind: 'invalid', text: 'Alarm {id} is CLEARED; its status is final.' },
  severityUnknown: {
    kind: 'invalid',
    text: 'Severity must be CRITICAL, MAJOR, MINOR or WARNING, not "{text}"',
  },

  operationUnknown: { kind: 'unknown', text: 'No operation {id}.' },
  operationNotBelow: {
    kind: 'refused',
    text: 'Operation with id {operationId} for device id {deviceId} not found',
  },
  noOperationWithFragment: {
    kind: 'refused',
    text: 'No {status} operation with fragment {fragment}',
  },
  noOpenOperation: {
    kind: 'refused',
    text: 'No EXECUTING or PENDING operation with fragment {fragment}',
  },
  operationFinished: { kind: 'refused', text: 'Operation {operationId} is already {status}' },
  operationTransition: {
    kind: 'refused',
    text: 'Operation {operationId} cannot go from {from} to {to}',
  },
  operationStatusUnknown: {
    kind: 'invalid',
    text: 'Status must be PENDING, EXECUTING, SUCCESSFUL or FAILED, not "{text}".',
  },
  operationEmpty: {
    kind: 'invalid',
    text: 'An operation needs a fragment that says what is to be done.',
  },
  deviceUnknown: { kind: 'invalid', text: 'Device {id} does not exist in the inventory.' },
  noAgent: { kind: 'invalid', text: 'No agent at or above device {id} could receive it.' },

  collectionExists: { kind: 'conflict', text: 'Collection exists already' },
  collectionsTooMany: {
    kind: 'refused',
    text: 'A tenant can have {max} template collections',
  },
  collectionNotChangeable: {
    kind: 'refused',
    text: 'A template collection cannot be changed over MQTT',
  },

  deviceIdentifierInvalid: {
    kind: 'invalid',
    text: 'A device id has 1 to 247 characters and no control characters, white space, / \\ $ + # :.',
  },
  registrationNotUnique: { kind: 'conflict', text: 'The device id {id} is in use already.' },
  registrationUnknown: { kind: 'unknown', text: 'No registration request for {id}.' },
  registrationWaiting: { kind: 'invalid', text: 'Device {id} has not asked to be accepted yet.' },
  registrationBlocked: {
    kind: 'invalid',
    text: 'The request of {id} is blocked; delete it and register the device again.',
  },
  registrationTokenRequired: {
    kind: 'invalid',
    text: 'Device {id} has sent no security token yet, and one is required.',
  },
  registrationTokenWrong: {
    kind: 'invalid',
    text: 'The security token is not the one that device {id} sent.',
  },
  registrationContested: {
    kind: 'invalid',
    text: 'Two addresses ask for {id}: {addresses}. Accept with the security token, or with force.',
  },
  registrationStatusRefused: {
    kind: 'invalid',
    text: 'The only status that can be given is ACCEPTED.',
  },
  deviceOwnedByOther: {
    kind: 'invalid',
    text: 'External id {id} belongs to an object of {owner}; repeat with force to transfer it.',
  },
  securityTokenInvalid: { kind: 'invalid', text: 'A security token has 8 to 128 characters' },

  userUnknown: { kind: 'unknown', text: 'No user {userName}.' },
  lastAdministrator: { kind: 'invalid', text: 'The last administrator cannot be removed.' },
} as const satisfies Record<string, ProblemRow>

export type ProblemCode = keyof typeof problems

export interface Problem {
  readonly code: ProblemCode
  readonly details: Readonly<Record<string, string>>
}

export type Result<T, P = Problem> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problem: P }

export function done<T>(value: T): { readonly ok: true; readonly value: T } {
  return { ok: true, value }
}

export function refused(
  code: ProblemCode,
  details: Readonly<Record<string, string>> = {},
): { readonly ok: false; readonly problem: Problem } {
  return { ok: false, problem: { code, details } }
}

/** The sentence of a problem with its details filled in. */
export function problemText(problem: Problem): string {
  return problems[problem.code].text.replaceAll(
    /\{(\w+)\}/g,
    (_, name: string) => problem.details[name] ?? '',
  )
}
