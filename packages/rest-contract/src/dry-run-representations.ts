import type {
  WireColumnRepresentation,
  WireOutcomeRepresentation,
  WireRowRepresentation,
} from './wire-representations.ts'

/*
 * What rows would do, and what a device would be told (console §4.11, §6.3). Nothing of it has
 * happened: ids that are not known to REST stand for those that the platform would give.
 */

/** An answer of `POST /service/console/smartrest/dry-run`. */
export interface DryRunRepresentation {
  readonly rows: readonly DryRunRowRepresentation[]
  /** Everything that the rows together would store, in that order. */
  readonly wouldStore: readonly WouldStoreRepresentation[]
}

/** A row as the live wire shows it, with what it would lead to. */
export interface DryRunRowRepresentation
  extends Omit<WireRowRepresentation, 'columns' | 'outcome' | 'effects'> {
  readonly columns: readonly DryRunColumnRepresentation[]
  /** The effect that the row is for, as stored; null where it has none or fails. */
  readonly outcome: DryRunOutcomeRepresentation | null
  /** All effects, where there are several. */
  readonly effects?: readonly DryRunOutcomeRepresentation[]
}

export interface DryRunColumnRepresentation extends WireColumnRepresentation {
  /** What is wrong with the value. */
  readonly error?: string
}

export interface DryRunOutcomeRepresentation extends WireOutcomeRepresentation {
  /** The object, measurement, event, alarm or operation as REST would give it, without links. */
  readonly body?: unknown
}

export interface WouldStoreRepresentation extends DryRunOutcomeRepresentation {
  /** Of the row that stores it. */
  readonly line: number
}

/** An answer of `POST /service/console/smartrest/dry-run/responses`. */
export interface DryRunResponsesRepresentation {
  /** What the device would get, in order of definition. */
  readonly rows: readonly string[]
  readonly templates: readonly DryRunResponseRepresentation[]
}

export interface DryRunResponseRepresentation {
  readonly msgId: string
  readonly name: string
  readonly matched: boolean
  /** Why it applies, or why not. */
  readonly reason: string
}
