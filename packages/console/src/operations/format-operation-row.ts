import type { ExternalIdRepresentation } from '@pileus/rest-contract'
import type { JsonObject, JsonValue } from '@pileus/smartrest'
import { renderOperation } from '@pileus/smartrest'

/**
 * What the device is sent on `s/ds` for an operation: a row for each template that matches;
 * undefined where none does, or while the name of the device in rows is not known.
 */
export function formatOperationRow(
  operation: Readonly<Record<string, unknown>>,
  externalId: string | undefined,
  device: Readonly<Record<string, unknown>>,
): string | undefined {
  if (externalId === undefined) return undefined
  return renderOperation(asJson(operation), externalId, asJson(device))
}

/** What rows call the device: its `c8y_Serial`, else its first external id (static-templates D2). */
export function findRowTarget(
  externalIds: readonly Pick<ExternalIdRepresentation, 'type' | 'externalId'>[] = [],
): string | undefined {
  const serial = externalIds.find(({ type }) => type === 'c8y_Serial')
  return (serial ?? externalIds[0])?.externalId
}

/** It came as JSON, which the type of open fragments does not say. */
function asJson(document: Readonly<Record<string, unknown>>): JsonObject {
  return document as Readonly<Record<string, JsonValue>>
}
