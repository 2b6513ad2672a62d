import { createEvent } from './events.ts'
import type { Instant, ManagedObjectId } from './ids.ts'
import { updateManagedObject } from './inventory.ts'
import type { JsonObject, JsonValue } from './json.ts'
import { isJsonObject, isSameJson, memberOf, mergeDeep } from './json.ts'
import type { ManagedObject, ProcessingMode } from './model.ts'
import { operationStatuses } from './model.ts'
import type {
  FindsManagedObjects,
  FindsOperations,
  SavesEvents,
  SavesManagedObjects,
  Unit,
} from './ports.ts'
import type { Result } from './problems.ts'
import { done, refused } from './problems.ts'

const profileFragment = 'c8y_Profile'

/** Row 121: what became of a device profile; the profile may have to be found first. */
export async function reportProfile(
  unit: Unit<FindsManagedObjects & SavesManagedObjects & FindsOperations>,
  deviceId: ManagedObjectId,
  isExecuted: boolean,
  profileId: string | undefined,
  mode: ProcessingMode,
): Promise<Result<ManagedObject>> {
  const profile =
    profileId === undefined
      ? await findPresentProfile(unit, deviceId)
      : await findNamedProfile(unit, deviceId, profileId)
  if (profile === undefined) return refused('profileUnknown')
  const set = { [profileFragment]: { ...profile, profileExecuted: isExecuted } }
  return updateManagedObject(unit, deviceId, { set }, mode)
}

async function findPresentProfile(
  unit: Unit<FindsManagedObjects & FindsOperations>,
  deviceId: ManagedObjectId,
): Promise<JsonObject | undefined> {
  const [executing] = await unit.repository.listOperationsOfDevice({
    deviceId,
    status: 'EXECUTING',
    fragment: 'c8y_DeviceProfile',
    limit: 1,
  })
  if (executing !== undefined) return profileMembers(executing.fragments)
  const device = await unit.repository.findManagedObject(deviceId)
  const present = device?.fragments[profileFragment]
  return isJsonObject(present) ? profileMembers(present) : undefined
}

function profileMembers({ profileName, profileId }: JsonObject): JsonObject {
  return {
    ...(profileName === undefined ? {} : { profileName }),
    ...(profileId === undefined ? {} : { profileId }),
  }
}

/** Operations that are searched for the name of a profile, per status. */
const profileOperationsMax = 100

async function findNamedProfile(
  unit: Unit<FindsOperations>,
  deviceId: ManagedObjectId,
  profileId: string,
): Promise<JsonObject> {
  for (const status of operationStatuses) {
    const operations = await unit.repository.listOperationsOfDevice({
      deviceId,
      status,
      fragment: 'profileId',
      limit: profileOperationsMax,
    })
    const named = operations.find(({ fragments }) => idText(fragments.profileId) === profileId)
    if (named?.fragments.profileName !== undefined) {
      return { profileName: named.fragments.profileName, profileId }
    }
  }
  return { profileId }
}

/** An id as text, whether it was given as text or as a number. */
function idText(value: JsonValue | undefined): string | undefined {
  return typeof value === 'number' ? String(value) : typeof value === 'string' ? value : undefined
}

export interface ParameterUpdate {
  /** Absent: a sentence that names the first parameter. */
  readonly text?: string
  readonly time: Instant
  /** With `true` nothing happens when the object holds every value already. */
  readonly changesOnly: boolean
  /** The parameters as members of a document, nested. */
  readonly members: JsonObject
}

/** Row 408: an event, and the same members merged into the object. */
export async function updateParameters(
  unit: Unit<FindsManagedObjects & SavesManagedObjects & SavesEvents>,
  id: ManagedObjectId,
  { text: givenText, time, changesOnly, members }: ParameterUpdate,
  mode: ProcessingMode,
): Promise<void> {
  const managedObject = await unit.repository.findManagedObject(id)
  if (managedObject === undefined) return
  const set = Object.fromEntries(
    Object.entries(members).map(([name, value]) => [
      name,
      mergedMember(managedObject.fragments, name, value),
    ]),
  )
  // A parameter without value is null, and an object does not keep members that are null.
  const isSame = Object.entries(set).every(([name, value]) =>
    isSameJson(memberOf(managedObject.fragments, name) ?? null, value),
  )
  if (changesOnly && isSame) return
  const type = 'c8y_ParameterUpdate'
  const text = givenText ?? `Parameter '${Object.keys(members)[0]}' was updated`
  await createEvent(unit, { sourceId: id, type, text, time, fragments: members }, mode)
  await updateManagedObject(unit, id, { set }, mode)
}

function mergedMember(fragments: JsonObject, name: string, value: JsonValue): JsonValue {
  const present = memberOf(fragments, name)
  return isJsonObject(present) && isJsonObject(value) ? mergeDeep(present, value) : value
}

/** A heartbeat changes nothing but the sign of life. */
export function reportHeartbeat(unit: Unit, managedObjectId: ManagedObjectId): Result<undefined> {
  unit.announce({ kind: 'heartbeat', managedObjectId })
  return done(undefined)
}
