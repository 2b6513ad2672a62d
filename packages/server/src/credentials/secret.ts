import { inspect } from 'node:util'

const masked = '***'

/**
 * A value that must not be seen: text conversion, JSON and inspection all print `***`, so a secret
 * that strays into a log line, an error or a debugger stays one (security S-11.12).
 */
export class Secret {
  readonly #text: string

  constructor(text: string) {
    this.#text = text
  }

  /** The secret itself, for the one place that needs it. */
  reveal(): string {
    return this.#text
  }

  toString(): string {
    return masked
  }

  toJSON(): string {
    return masked
  }

  [inspect.custom](): string {
    return masked
  }
}
