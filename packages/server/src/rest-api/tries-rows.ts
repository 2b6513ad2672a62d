import type { DeviceIdentifier, Instant, JsonObject, JsonValue, TenantId } from '@pileus/domain'
import type { DryRunRepresentation, DryRunResponsesRepresentation } from '@pileus/rest-contract'

/** Says what rows and documents would lead to (console §4.11, §6.3). Nothing is stored. */
export interface TriesRows {
  rows(tried: TriedRows): Promise<Tried<DryRunRepresentation>>
  responses(tried: TriedDocument): Promise<Tried<DryRunResponsesRepresentation>>
}

/** A stored collection by its X-ID, or a draft, which stands in for the stored one. */
export interface TriedCollection {
  readonly xId: string | undefined
  readonly draft: JsonValue | undefined
}

export interface TriedRows {
  readonly tenantId: TenantId
  /** Who sends them; it need not exist. */
  readonly deviceIdentifier: DeviceIdentifier
  /** Whom they are about where the topic names no child. */
  readonly child: string | undefined
  readonly topic: string
  readonly rows: string
  readonly collection: TriedCollection | undefined
  /** Time of receipt. */
  readonly now: Instant
}

export interface TriedDocument {
  readonly tenantId: TenantId
  readonly collection: TriedCollection
  readonly document: JsonObject
  /** External id of the target, if the document is an operation. */
  readonly externalId: string | undefined
  readonly now: Instant
}

/** `reason` is a sentence for whoever asked. */
export type Tried<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly reason: string }
