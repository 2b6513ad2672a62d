import type { Instant, ManagedObjectId, OperationId } from './ids.ts'
import { agentFragment, deviceChildKinds, isAtOrBelow, updateManagedObject } from './inventory.ts'
import type { JsonObject, JsonValue } from './json.ts'
import { isJsonObject, memberOf, mergeDeep, mergeMembers } from './json.ts'
import type { ManagedObject, Operation, OperationStatus, StatusChange } from './model.ts'
import { operationStatuses } from './model.ts'
import type {
  FindsManagedObjects,
  FindsOperations,
  FindsReferences,
  SavesManagedObjects,
  SavesOperations,
  Unit,
} from './ports.ts'
import type { Result } from './problems.ts'
import { done, refused } from './problems.ts'

/** Operations that row 507 reads at a time. */
const endedAtOnce = 1000

export function parseOperationStatus(text: string): OperationStatus | undefined {
  return operationStatuses.find((status) => status === text.toUpperCase())
}

/** Which status may follow which. Final ones have no successor (registration §9). */
const successors: Readonly<Record<OperationStatus, readonly OperationStatus[]>> = {
  PENDING: ['EXECUTING', 'SUCCESSFUL', 'FAILED'],
  EXECUTING: ['SUCCESSFUL', 'FAILED'],
  SUCCESSFUL: [],
  FAILED: [],
}

export function isFinal(status: OperationStatus): boolean {
  return successors[status].length === 0
}

/** Whether an operation may go from one status to another; staying is no change and always fits. */
export function mayFollow(from: OperationStatus, to: OperationStatus): boolean {
  return from === to || successors[from].includes(to)
}

/** The first object at or above `id` that speaks for itself and its children (registration §8.1). */
export async function findAgent(
  repository: FindsManagedObjects & FindsReferences,
  id: ManagedObjectId,
): Promise<ManagedObject | undefined> {
  const seen = new Set<ManagedObjectId>()
  let level: readonly ManagedObjectId[] = [id]
  while (level.length > 0) {
    const next: ManagedObjectId[] = []
    for (const current of level) {
      if (seen.has(current)) continue
      seen.add(current)
      const managedObject = await repository.findManagedObject(current)
      if (managedObject === undefined) continue
      if (Object.hasOwn(managedObject.fragments, agentFragment)) return managedObject
      for (const kind of deviceChildKinds) {
        next.push(...(await repository.listParents(current, kind)))
      }
    }
    level = next
  }
  return undefined
}

/** Asks a device to do something. It waits as PENDING until the device reports. */
export async function createOperation(
  unit: Unit<FindsManagedObjects & FindsReferences & SavesOperations>,
  deviceId: ManagedObjectId,
  fragments: JsonObject,
): Promise<Result<Operation>> {
  if (Object.keys(fragments).every((name) => name === 'description')) {
    return refused('operationEmpty')
  }
  if ((await unit.repository.findManagedObject(deviceId)) === undefined) {
    return refused('deviceUnknown', { id: deviceId })
  }
  const agent = await findAgent(unit.repository, deviceId)
  if (agent === undefined) return refused('noAgent', { id: deviceId })
  // walk: downlink 2
  const operation = await unit.repository.insertOperation({
    deviceId,
    agentId: agent.id,
    status: 'PENDING',
    creationTime: unit.now,
    statusChanges: [],
    delivery: { status: 'PENDING', time: unit.now, log: [] },
    fragments,
  })
  unit.announce({ kind: 'operationCreated', operation })
  return done(operation)
}

export interface OperationChange {
  readonly status?: OperationStatus
  readonly failureReason?: string
  readonly fragments: JsonObject
}

/**
 * Changes an operation by id, as REST clients do (rest-api §14.1). The present status alone is no
 * change.
 */
export async function updateOperation(
  unit: Unit<FindsOperations & SavesOperations>,
  id: OperationId,
  change: OperationChange,
): Promise<Result<Operation>> {
  const present = await unit.repository.findOperation(id)
  if (present === undefined) return refused('operationUnknown', { id })
  const status = change.status ?? present.status
  if (!mayFollow(present.status, status)) {
    const { status: from } = present
    return isFinal(from)
      ? refused('operationFinished', { operationId: id, status: from })
      : refused('operationTransition', { operationId: id, from, to: status })
  }
  const changesNothing =
    status === present.status &&
    change.failureReason === undefined &&
    Object.keys(change.fragments).length === 0
  return done(changesNothing ? present : await saveOperation(unit, present, change))
}

/** Stores and announces a change that fits. */
async function saveOperation(
  unit: Unit<SavesOperations>,
  present: Operation,
  { fragments, ...members }: OperationChange,
): Promise<Operation> {
  const operation = {
    ...present,
    ...members,
    statusChanges: withStatus(present, members.status, unit.now),
    fragments: mergeMembers(present.fragments, fragments),
  }
  await unit.repository.saveOperation(operation)
  unit.announce({ kind: 'operationUpdated', operation, set: { ...members, ...fragments } })
  return operation
}

function withStatus(
  { status: from, statusChanges }: Operation,
  status: OperationStatus | undefined,
  time: Instant,
): readonly StatusChange[] {
  if (status === undefined || status === 'PENDING' || status === from) return statusChanges
  return [...statusChanges, { status, time }]
}

/**
 * Changes the oldest EXECUTING operation of the object with that fragment, else the oldest PENDING
 * one, as rows of template collections do. Members of a fragment that the change does not name stay:
 * a result lies beside its command.
 *
 * @see smartrest-templates §3
 */
export async function updateOldestOperation(
  unit: Unit<FindsOperations & SavesOperations>,
  deviceId: ManagedObjectId,
  fragment: string,
  { fragments, ...members }: OperationChange,
): Promise<Result<Operation>> {
  const present =
    (await findOldest(unit.repository, deviceId, 'EXECUTING', fragment)) ??
    (await findOldest(unit.repository, deviceId, 'PENDING', fragment))
  if (present === undefined) return refused('noOpenOperation', { fragment })
  const merged = Object.entries(fragments).map(([name, value]) => {
    const stored = memberOf(present.fragments, name)
    const isBoth = isJsonObject(stored) && isJsonObject(value)
    return [name, isBoth ? mergeDeep(stored, value) : value] as const
  })
  return updateOperation(unit, present.id, { ...members, fragments: Object.fromEntries(merged) })
}

async function findOldest(
  repository: FindsOperations,
  deviceId: ManagedObjectId,
  status: OperationStatus,
  fragment: string,
): Promise<Operation | undefined> {
  const query = { deviceId, status, fragment, limit: 1 }
  const [oldest] = await repository.listOperationsOfDevice(query)
  return oldest
}

/** What a device says about an operation: rows 501 to 507. */
export type OperationReport =
  | { readonly status: 'EXECUTING' }
  | { readonly status: 'FAILED'; readonly failureReason?: string }
  | {
      readonly status: 'SUCCESSFUL'
      /** Columns after the operation (static-templates §7.1). */
      readonly results: readonly string[]
      /** Time of the result as ISO 8601 text, for the operation that asks for one. */
      readonly resultTime: string
    }

type ReportAbilities = FindsOperations &
  SavesOperations &
  FindsManagedObjects &
  SavesManagedObjects &
  FindsReferences

/**
 * The one status that rows 501 to 503 look for: a repeated 503 must not finish the next operation,
 * which was never started.
 */
const statusSought = {
  EXECUTING: 'PENDING',
  FAILED: 'EXECUTING',
  SUCCESSFUL: 'EXECUTING',
} as const satisfies Readonly<Record<OperationReport['status'], OperationStatus>>

/** Rows 501 to 503: the oldest operation of the object with that fragment. */
export async function reportOldestOperation(
  unit: Unit<ReportAbilities>,
  deviceId: ManagedObjectId,
  fragment: string,
  report: OperationReport,
): Promise<Result<Operation>> {
  const status = statusSought[report.status]
  // walk: downlink 8
  const oldest = await findOldest(unit.repository, deviceId, status, fragment)
  if (oldest === undefined) return refused('noOperationWithFragment', { status, fragment })
  return done(await applyReport(unit, oldest, report))
}

/** Rows 504 to 506: any unfinished operation of the object or of what is below it. */
export async function reportOperation(
  unit: Unit<ReportAbilities>,
  deviceId: ManagedObjectId,
  operationId: OperationId,
  report: OperationReport,
): Promise<Result<Operation>> {
  const operation = await unit.repository.findOperation(operationId)
  if (
    operation === undefined ||
    !(await isAtOrBelow(unit.repository, deviceId, operation.deviceId))
  ) {
    return refused('operationNotBelow', { operationId, deviceId })
  }
  if (isFinal(operation.status)) {
    return refused('operationFinished', { operationId, status: operation.status })
  }
  if (operation.status === report.status) return done(operation)
  return done(await applyReport(unit, operation, report))
}

/** Row 507: every EXECUTING operation of the object, or those with the fragment. */
export async function failExecutingOperations(
  unit: Unit<ReportAbilities>,
  deviceId: ManagedObjectId,
  fragment: string | undefined,
  failureReason: string | undefined,
): Promise<void> {
  const report = {
    status: 'FAILED',
    ...(failureReason === undefined ? {} : { failureReason }),
  } as const
  const query = {
    deviceId,
    status: 'EXECUTING',
    ...(fragment === undefined ? {} : { fragment }),
    limit: endedAtOnce,
  } as const
  // Those that were ended are no longer among what is read next.
  let ended: number
  do {
    const operations = await unit.repository.listOperationsOfDevice(query)
    for (const operation of operations) await applyReport(unit, operation, report)
    ended = operations.length
  } while (ended === endedAtOnce)
}

async function applyReport(
  unit: Unit<ReportAbilities>,
  operation: Operation,
  report: OperationReport,
): Promise<Operation> {
  if (report.status !== 'SUCCESSFUL') {
    return saveOperation(unit, operation, { ...report, fragments: {} })
  }
  const effect = effectOfResult(operation, report)
  const saved = await saveOperation(unit, operation, {
    status: report.status,
    fragments: effect.operation,
  })
  if (effect.device !== undefined) {
    await updateManagedObject(unit, operation.deviceId, { set: effect.device })
  }
  return saved
}

interface ResultEffect {
  /** Members of the operation that the result replaces. */
  readonly operation: JsonObject
  /** Fragments that the result sets on the device. */
  readonly device?: JsonObject
}

const noEffect: ResultEffect = { operation: {} }

/** What the result columns of 503 and 506 mean for each kind of operation (static-templates §7.1). */
function effectOfResult(
  { fragments }: Operation,
  { results, resultTime }: Extract<OperationReport, { readonly status: 'SUCCESSFUL' }>,
): ResultEffect {
  const [first = ''] = results
  for (const { fragment, member } of resultMembers) {
    const present = fragments[fragment]
    if (present === undefined) continue
    if (first === '') return noEffect
    const members = isJsonObject(present) ? present : {}
    return { operation: { [fragment]: { ...members, [member]: first } } }
  }
  if (fragments.c8y_RelayArray !== undefined) {
    const states = results.filter((state) => state !== '')
    return states.length === 0 ? noEffect : { operation: {}, device: { c8y_RelayArray: states } }
  }
  if (fragments.c8y_CommunicationMode !== undefined) {
    const mode = memberOf(fragments.c8y_CommunicationMode, 'mode')
    return mode === undefined
      ? noEffect
      : { operation: {}, device: { c8y_CommunicationMode: { mode } } }
  }
  return configurationDumpEffect(fragments.c8y_DownloadConfigFile, resultTime)
}

/** Operations whose result is one text, kept in the operation. */
const resultMembers = [
  { fragment: 'c8y_Command', member: 'result' },
  { fragment: 'c8y_LogfileRequest', member: 'file' },
  { fragment: 'c8y_UploadConfigFile', member: 'file' },
] as const

function configurationDumpEffect(
  download: JsonValue | undefined,
  resultTime: string,
): ResultEffect {
  const dump = memberOf(download, 'c8y_ConfigurationDump')
  const type = memberOf(download, 'type')
  if (dump === undefined || (type !== undefined && type !== '')) return noEffect
  const id = memberOf(dump, 'id')
  return {
    operation: {},
    device: { c8y_ConfigurationDump: { ...(id === undefined ? {} : { id }), time: resultTime } },
  }
}
