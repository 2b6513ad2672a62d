import { Type } from 'typebox'

/*
 * Request bodies. All of them are open: members that are not named here are fragments, or are
 * ignored. `null` for a member means "remove" in PUT and "absent" in POST (rest-api §1.6).
 */

const text = Type.Optional(Type.Union([Type.String(), Type.Null()]))
/** Ids come as text or as number (rest-api §1.9). */
const id = Type.Union([Type.String(), Type.Number()])
const source = Type.Object({ id })
/** Clients send a link, an id, or both. */
const referenced = Type.Object({ id: Type.Optional(id), self: Type.Optional(Type.String()) })

export const managedObjectBody = Type.Object({ type: text, name: text, owner: text })

/** A reference, several references, or a new child: content type and shape decide (rest-api §7.5). */
export const childBody = Type.Object({})
export const referenceBody = Type.Object({ managedObject: referenced })
export const referencesBody = Type.Object({ references: Type.Array(referenceBody) })

export const externalIdBody = Type.Object({ type: Type.String(), externalId: Type.String() })

export const measurementBody = Type.Object({
  source,
  type: Type.String({ minLength: 1 }),
  time: Type.String(),
})
/** One measurement, or `measurements` with a list of them (rest-api §11.2). */
export const measurementsBody = Type.Object({})

export const newEventBody = Type.Object({
  source,
  type: Type.String({ minLength: 1 }),
  time: Type.String(),
  text: Type.String(),
})
export const eventBody = Type.Object({ text })

export const newAlarmBody = Type.Object({
  source,
  type: Type.String({ minLength: 1 }),
  time: Type.String(),
  text: Type.String(),
  severity: Type.String(),
  status: text,
})
export const alarmBody = Type.Object({ text, severity: text, status: text })
export const alarmStatusBody = Type.Object({ status: Type.String({ minLength: 1 }) })

export const newOperationBody = Type.Object({ deviceId: id })
export const operationBody = Type.Object({ status: text, failureReason: text })

export const newDeviceRequestBody = Type.Object({
  id: Type.String(),
  groupId: Type.Optional(Type.Union([Type.String(), Type.Number(), Type.Null()])),
  type: text,
  name: text,
  customProperties: Type.Optional(Type.Union([Type.Object({}), Type.Null()])),
  tenantId: text,
})
export const acceptanceBody = Type.Object({
  status: Type.String(),
  securityToken: text,
  force: Type.Optional(Type.Union([Type.Boolean(), Type.Null()])),
})
export const deviceCredentialsBody = Type.Object({ id: Type.String(), securityToken: text })

/** `draft` is the managed object of a collection or its definition; `xId` alone names a stored one. */
const collectionOfDryRun = Type.Object({
  xId: text,
  draft: Type.Optional(Type.Union([Type.Object({}), Type.Null()])),
})
export const dryRunBody = Type.Object({
  topic: Type.String({ minLength: 1 }),
  rows: Type.String(),
  collection: Type.Optional(Type.Union([collectionOfDryRun, Type.Null()])),
  /** The device that sends the rows; one that does not exist yet unless given. */
  deviceId: Type.Optional(Type.Union([id, Type.Null()])),
  /** Time of receipt; now unless given. */
  at: text,
})
export const dryRunResponsesBody = Type.Object({
  collection: collectionOfDryRun,
  document: Type.Object({}),
  sn: text,
})
