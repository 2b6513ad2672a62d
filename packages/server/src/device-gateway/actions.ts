import type {
  JsonValue,
  ManagedObjectId,
  OperationReport,
  ProcessingMode,
  Result,
  SoftwareItem,
  Unit,
} from '@pileus/domain'
import {
  addInstalledSoftware,
  createChildDevice,
  createDeviceOnce,
  failExecutingOperations,
  parseOperationId,
  removeInstalledSoftware,
  reportOldestOperation,
  reportOperation,
  reportProfile,
  reportService,
  setInstalledSoftware,
  updateParameters,
} from '@pileus/domain'
import type { Action, ColumnValue, ColumnValues, Filled } from '@pileus/smartrest'
import { formatInstant, parseTime } from '@pileus/smartrest'
import type { RowContext } from './row-context.ts'
import type { RowOutcome } from './row-outcome.ts'
import { problemOutcome } from './row-outcome.ts'

type Creation = 'createDevice' | 'createService'

type CreatingHandler = (unit: Unit, context: RowContext, filled: Filled) => Promise<RowOutcome>

type ActionHandler = (
  unit: Unit,
  context: RowContext,
  filled: Filled,
  targetId: ManagedObjectId,
) => Promise<RowOutcome>

/** Templates that decide themselves what comes into being, so nothing is created before. */
export const creations = {
  // The object must not exist, and a refusal must not rename it.
  createDevice: async (unit, context, filled) => {
    const { connection, child } = context
    return outcomeOf(filled, await createDeviceOnce(unit, connection, child, namesOf(filled)))
  },
  // Creates or updates, and its topic may name the service itself.
  createService: async (unit, context, filled) => {
    const { serviceId, serviceType, name, status } = filled.values
    const service = {
      externalId: textOf(serviceId),
      serviceType: textOf(serviceType),
      name: textOf(name),
      status: textOf(status),
    }
    const { connection, child } = context
    return outcomeOf(filled, await reportService(unit, connection, child, service))
  },
} as const satisfies Readonly<Record<Creation, CreatingHandler>>

export function isCreation(action: Action | undefined): action is Creation {
  return action !== undefined && Object.hasOwn(creations, action)
}

/** What templates do beyond filling a body. Each needs more than a row can say: see its rule. */
export const actions = {
  // Links an orphan of the same owner instead of creating a second object.
  createChildDevice: async (unit, context, filled, targetId) => {
    const { childId, isDevice } = filled.values
    const child = {
      externalId: textOf(childId),
      ...namesOf(filled),
      isDevice: isDevice !== false,
    }
    return outcomeOf(filled, await createChildDevice(unit, context.connection, targetId, child))
  },
  // The profile's name and id come from an operation or from the object.
  setDeviceProfile: async (unit, context, filled, targetId) => {
    const { executed, profileId } = filled.values
    const id = typeof profileId === 'string' ? profileId : undefined
    const result = await reportProfile(unit, targetId, executed === true, id, context.mode)
    return outcomeOf(filled, result)
  },
  // The list lives in an object of its own.
  replaceInstalledSoftware: onSoftware(setInstalledSoftware),
  addInstalledSoftware: onSoftware(addInstalledSoftware),
  removeInstalledSoftware: onSoftware(removeInstalledSoftware),
  // Event and object together, and only if something changed.
  updateParameters: async (unit, context, filled, targetId) => {
    const { text, detectsChange } = filled.values
    const { type: _type, text: _text, ...members } = filled.body
    const update = {
      ...(typeof text === 'string' ? { text } : {}),
      time: filled.time ?? unit.now,
      changesOnly: detectsChange === true,
      members,
    }
    await updateParameters(unit, targetId, update, context.mode)
    return undefined
  },
  // Speaks of the session, not of data.
  resendPendingOperations: async (_unit, _context, _filled, managedObjectId) => ({
    kind: 'resendPending',
    managedObjectId,
  }),
  // Which operation is meant depends on states; results have effects on the device.
  updateOldestOperation: async (unit, _context, filled, targetId) => {
    const fragment = textOf(filled.values.fragment)
    const report = reportOf(unit, filled)
    return outcomeOf(filled, await reportOldestOperation(unit, targetId, fragment, report))
  },
  updateOperationById: async (unit, _context, filled, targetId) => {
    const idText = textOf(filled.values.operationId)
    const operationId = parseOperationId(idText)
    if (operationId === undefined) {
      const details = { operationId: idText, deviceId: targetId }
      return problemOutcome(filled.template.messageId, { code: 'operationNotBelow', details })
    }
    const report = reportOf(unit, filled)
    return outcomeOf(filled, await reportOperation(unit, targetId, operationId, report))
  },
  updateExecutingOperations: async (unit, _context, { values, body }, targetId) => {
    const fragment = optionalText(values.fragment)
    await failExecutingOperations(unit, targetId, fragment, optionalText(body.failureReason))
    return undefined
  },
} as const satisfies Readonly<Record<Exclude<Action, Creation>, ActionHandler>>

function outcomeOf(filled: Filled, result: Result<unknown>): RowOutcome {
  return result.ok ? undefined : problemOutcome(filled.template.messageId, result.problem)
}

function namesOf({ values: { name, type } }: Filled): {
  readonly name?: string
  readonly type?: string
} {
  return {
    ...(typeof name === 'string' ? { name } : {}),
    ...(typeof type === 'string' ? { type } : {}),
  }
}

function onSoftware(
  rule: (
    unit: Unit,
    deviceId: ManagedObjectId,
    items: readonly SoftwareItem[],
    mode: ProcessingMode,
  ) => Promise<void>,
): ActionHandler {
  return async (unit, context, filled, targetId) => {
    await rule(unit, targetId, filled.groups.map(softwareItemOf), context.mode)
    return undefined
  }
}

function softwareItemOf({ name, version, softwareType, url }: ColumnValues): SoftwareItem {
  return {
    name: textOf(name),
    version: textOf(version),
    softwareType: textOf(softwareType),
    url: textOf(url),
  }
}

function reportOf(unit: Unit, { body, list }: Filled): OperationReport {
  const { status, failureReason } = body
  switch (status) {
    case 'EXECUTING':
      return { status }
    case 'FAILED':
      return { status, ...(typeof failureReason === 'string' ? { failureReason } : {}) }
    default: {
      const resultTime = formatInstant(parseTime(list[0] ?? '') ?? unit.now)
      return { status: 'SUCCESSFUL', results: list, resultTime }
    }
  }
}

function optionalText(value: JsonValue | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined
}

function textOf(value: ColumnValue | undefined): string {
  return typeof value === 'string' ? value : ''
}
