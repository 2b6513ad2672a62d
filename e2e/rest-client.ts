import assert from 'node:assert/strict'

/** A JSON document as it came. Its shape is what the tests are about, so no type foretells it. */
export type Document = Record<string, any>

export interface Answer {
  readonly status: number
  readonly headers: Headers
  /** `{}` where there is no JSON. */
  readonly body: Document
}

/** REST as one user, with Basic authentication. */
export class RestClient {
  readonly #baseUrl: string
  readonly #authorization: string

  /** `user` with its tenant, e.g. `t100/admin`. */
  constructor(baseUrl: string, user: string, password: string) {
    this.#baseUrl = baseUrl
    this.#authorization = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
  }

  /** Whatever comes back. Accepts JSON, so a write answers with what it stored. */
  async request(method: string, path: string, body?: unknown): Promise<Answer> {
    const response = await fetch(`${this.#baseUrl}${path}`, {
      method,
      headers: {
        authorization: this.#authorization,
        accept: 'application/json',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    const isJson = response.headers.get('content-type')?.includes('json') ?? false
    return {
      status: response.status,
      headers: response.headers,
      body: isJson && text !== '' ? JSON.parse(text) : {},
    }
  }

  get(path: string): Promise<Document> {
    return this.#expect(200, 'GET', path)
  }

  /** Creates something: 201. */
  create(path: string, body: unknown): Promise<Document> {
    return this.#expect(201, 'POST', path, body)
  }

  update(path: string, body: unknown): Promise<Document> {
    return this.#expect(200, 'PUT', path, body)
  }

  delete(path: string): Promise<Document> {
    return this.#expect(204, 'DELETE', path)
  }

  async #expect(status: number, method: string, path: string, body?: unknown): Promise<Document> {
    const answer = await this.request(method, path, body)
    const said = `${method} ${path} answered ${answer.status} ${JSON.stringify(answer.body)}`
    assert.equal(answer.status, status, said)
    return answer.body
  }
}
