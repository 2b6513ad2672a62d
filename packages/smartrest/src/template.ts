import type { JsonObject, JsonValue } from './json.ts'

/**
 * A template says what a row means: its columns, and the JSON body that they make. The static
 * templates are simply the collection that we ship; a user's collection becomes the same rows.
 * Rows are plain data. The engine that reads them is `fill-template.ts`.
 */
export interface RequestTemplate {
  /** Text, since those of collections need not be digits. */
  readonly messageId: string
  readonly name: string
  readonly api: Api
  readonly method: 'GET' | 'POST' | 'PUT'
  readonly columns: readonly Column[]
  /** The columns behind the last of `columns`. Without it they are ignored (S5). */
  readonly rest?: RestColumns
  /** Columns of which at least one must be given although none is required by itself. */
  readonly oneRequired?: readonly string[]
  /**
   * What every message of this template carries, by path; as a list, ordered by `before`, where it
   * matters whether they come before or after a column. Objects are copied, not shared.
   */
  readonly constants?: Readonly<Record<Path, JsonValue>> | readonly Constant[]
  /** Values that every row has without a column, by name. They stand in no path. */
  readonly fixedValues?: ColumnValues
  /**
   * Where the row itself names the object that it is about: the values `id`, or `externalId` and
   * `externalIdType`. Otherwise it is the object of the topic (smartrest-templates §3).
   */
  readonly addressedBy?: 'id' | 'externalId'
  /** Where filling a body is not enough. */
  readonly action?: Action
  /** The row is answered by this response template. */
  readonly reply?: string
  /** The row is answered with its result, through the collection's response templates. */
  readonly response?: true
  /** Members of the body that also replace those of the object that the row is about. */
  readonly mirrors?: readonly string[]
  /** The body is stored only while the object lacks its members. */
  readonly onlyIfAbsent?: true
  /** The object must have this type, otherwise the row is refused. */
  readonly objectType?: string
  /** The row says that the device is alive (S11, rows marked H). */
  readonly isSignOfLife?: true
  /** The row does not bring a device into being (S2). */
  readonly createsNoDevice?: true
  readonly summary: string
  /** A line and what it makes: shown in the docs and run by the tests. */
  readonly example: TemplateExample
  /** Where the rule comes from. */
  readonly source: string
}

/** Which part of the platform a row addresses; `platform` is itself. */
export type Api = 'inventory' | 'measurement' | 'event' | 'alarm' | 'operation' | 'platform'

/**
 * What a few templates do beyond filling a body.
 *
 * - `createDevice` (100), `createChildDevice` (101), `createService` (102): `values`
 * - `setDeviceProfile` (121): `values`, the rest comes from an operation or the object
 * - `replaceInstalledSoftware` (140), `addInstalledSoftware` (141),
 *   `removeInstalledSoftware` (142): `groups` are the items
 * - `updateParameters` (408): `body` is the event, `groups` the parameters
 * - `resendPendingOperations` (500)
 * - `updateOldestOperation` (501–503), `updateOperationById` (504–506),
 *   `updateExecutingOperations` (507): `body` is the update, `values` say of which operation,
 *   `list` is the result
 */
export type Action =
  | 'createDevice'
  | 'createChildDevice'
  | 'createService'
  | 'setDeviceProfile'
  | 'replaceInstalledSoftware'
  | 'addInstalledSoftware'
  | 'removeInstalledSoftware'
  | 'updateParameters'
  | 'resendPendingOperations'
  | 'updateOldestOperation'
  | 'updateOperationById'
  | 'updateExecutingOperations'

/**
 * Place in the JSON body: member names joined by dots. `{column}` stands for the text of a
 * required column of the same row or group. It is put in after splitting at the dots, so dots in
 * the value are ordinary characters; only a column of type `path` brings several names.
 */
export type Path = string

/** The same place with its steps already told apart: member names, and indexes into arrays. */
export type BodySteps = readonly (string | number)[]

/** A value that every message carries. */
export interface Constant {
  readonly path: BodySteps
  readonly value: JsonValue
  /** Index of the first column that comes behind it: later values overwrite earlier ones. */
  readonly before: number
}

/** One CSV column after the message id. An empty value means "absent". */
export type Column = ColumnBasics &
  (
    | { readonly type: 'string' | 'unsigned' }
    /** An instant in ms. The path `time` is the time of the whole message, see `Filled`. */
    | { readonly type: 'date' }
    /** `isLenient`: what is neither true nor false counts as the default. */
    | { readonly type: 'boolean'; readonly isLenient?: true }
    /** `range`: smallest and largest value; others are refused, or moved inside if `isClamped`. */
    | {
        readonly type: 'number' | 'integer'
        readonly range?: readonly [min: number, max: number]
        readonly isClamped?: true
      }
    /** One of the choices in any case, read as the choice is written. */
    | { readonly type: 'choice'; readonly choices: readonly string[] }
    /** A member name, or several joined by dots, the first of which must not be reserved. */
    | { readonly type: 'name' | 'path'; readonly reserved?: readonly string[] }
    /** A value whose type another column names, see `parameterTypes`. Empty is null. */
    | { readonly type: 'typed'; readonly typeColumn: string }
  )

interface ColumnBasics {
  /** In camelCase; error texts write it in plain words. */
  readonly name: string
  /** How error texts call it instead. */
  readonly label?: string
  readonly required?: true
  /** Required in rows that give a value for that other column. */
  readonly requiredWith?: string
  /** Used when the value is absent; `{column}` as in a path. For a date only `now`. */
  readonly default?: string
  /** Place in the body. Absent where the value only says what to look for or what to do. */
  readonly path?: Path | BodySteps
  /** Members that come into the body together with this value and beside it. */
  readonly beside?: Readonly<Record<string, string | number | boolean>>
}

export type ColumnType = Column['type']

/** The columns behind the last one with a place of its own. */
export type RestColumns =
  /** Distinct entries, empty ones dropped (S7), as an array in the body. */
  | {
      readonly kind: 'list'
      readonly column: Column
      readonly path: Path
      /** An empty list removes the member instead of storing `[]`. */
      readonly isRemovedWhenEmpty?: true
    }
  /** Names of members to be removed from what the row is about. */
  | { readonly kind: 'removals'; readonly column: Column; readonly required?: true }
  /** All values as they are, for the action. */
  | { readonly kind: 'result'; readonly name: string }
  /** Columns that repeat (S8); groups with only empty columns are skipped. */
  | {
      readonly kind: 'groups'
      readonly columns: readonly Column[]
      readonly required?: true
      /**
       * Each group is an object in the body, and its columns' paths are inside that: `item` adds
       * it to the array at the path, `member` puts it there in place of an earlier one. Without
       * `each` the columns of the groups have places of their own in the body, or none.
       */
      readonly each?: { readonly as: 'item' | 'member'; readonly path: Path }
    }

/** The types that a row can give to a parameter (408), in any case. */
export const parameterTypes = {
  BOOLEAN: 'boolean',
  B: 'boolean',
  NUMBER: 'number',
  N: 'number',
  INTEGER: 'integer',
  STRING: 'string',
  S: 'string',
  DATE: 'date',
} as const satisfies Record<string, ColumnType>

/** What a column's text becomes: for a date its instant in ms, for a typed one also null. */
export type ColumnValue = string | number | boolean | null

export type ColumnValues = Readonly<Record<string, ColumnValue>>

/** Parts of `Filled`, left out where they are empty; the time as ISO 8601 text. */
export interface TemplateExample {
  readonly line: string
  readonly time?: string
  readonly body?: JsonObject
  readonly unset?: readonly string[]
  readonly values?: ColumnValues
  readonly list?: readonly string[]
  readonly groups?: readonly ColumnValues[]
}

/**
 * Names that lead to the prototype of an object. No device may give them to a member, and no
 * template may have them in a path (STYLE §7, mqtt-endpoint §10.1: protected name).
 */
export const prototypeNames: readonly string[] = ['__proto__', 'constructor', 'prototype']
