import type { SQLInputValue } from 'node:sqlite'
import type { TimeRange } from '@pileus/domain'

/**
 * A WHERE clause with its parameters. Column names come from this program, values from filters;
 * a condition whose value is `undefined` is not there.
 */
export class Conditions {
  readonly #terms: string[] = []
  readonly parameters: SQLInputValue[] = []

  get sql(): string {
    return this.#terms.length === 0 ? '' : `WHERE ${this.#terms.join(' AND ')}`
  }

  /** A term with one `?` per parameter. */
  add(term: string, ...parameters: readonly SQLInputValue[]): this {
    this.#terms.push(term)
    this.parameters.push(...parameters)
    return this
  }

  equal(column: string, value: SQLInputValue | undefined): this {
    return value === undefined ? this : this.add(`${column} = ?`, value)
  }

  /** One of the values, however many: they travel as one JSON text, so statements stay few. */
  oneOf(column: string, values: readonly (string | number)[] | undefined): this {
    if (values === undefined) return this
    return this.add(`${column} IN (SELECT value FROM json_each(?))`, JSON.stringify(values))
  }

  /** Both ends included. */
  within(column: string, range: TimeRange | undefined): this {
    return this.#from(column, range).#optional(`${column} <= ?`, range?.to)
  }

  /** Without the upper end (rest-api §1.8). */
  withinExclusive(column: string, range: TimeRange | undefined): this {
    return this.#from(column, range).#optional(`${column} < ?`, range?.to)
  }

  /** A top-level member of the JSON object in `column`, whatever its value. */
  hasMember(column: string, name: string | undefined): this {
    return this.#optional(`EXISTS (SELECT 1 FROM json_each(${column}) WHERE key = ?)`, name)
  }

  /** Data whose source belongs to the user. */
  sourceOwnedBy(column: string, userName: string | undefined): this {
    return this.#optional(
      `EXISTS (SELECT 1 FROM managed_objects s WHERE s.id = ${column} AND s.owner = ?)`,
      userName,
    )
  }

  #from(column: string, range: TimeRange | undefined): this {
    return this.#optional(`${column} >= ?`, range?.from)
  }

  #optional(term: string, value: SQLInputValue | undefined): this {
    return value === undefined ? this : this.add(term, value)
  }
}
