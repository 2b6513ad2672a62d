import { Agent, request } from 'node:http'

export interface RestAnswer {
  readonly status: number
  readonly body: unknown
}

/** Calls the REST interface of the platform in the name of one user, on kept connections. */
export class RestClient implements Disposable {
  readonly #baseUrl: string
  readonly #authorization: string
  readonly #agent = new Agent({ keepAlive: true })

  constructor(baseUrl: string, userName: string, password: string) {
    this.#baseUrl = baseUrl
    const credentials = Buffer.from(`${userName}:${password}`).toString('base64')
    this.#authorization = `Basic ${credentials}`
  }

  /** Gives the answer, whatever its status. */
  send(method: 'GET' | 'POST' | 'PUT', path: string, body?: object): Promise<RestAnswer> {
    const content = body === undefined ? '' : JSON.stringify(body)
    return new Promise((resolve, reject) => {
      const outgoing = request(
        new URL(path, this.#baseUrl),
        {
          method,
          agent: this.#agent,
          headers: {
            authorization: this.#authorization,
            accept: 'application/json',
            ...(body === undefined
              ? {}
              : {
                  'content-type': 'application/json',
                  'content-length': Buffer.byteLength(content),
                }),
          },
        },
        (incoming) => {
          const chunks: Buffer[] = []
          incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
          incoming.on('error', reject)
          incoming.on('end', () => {
            const text = Buffer.concat(chunks).toString('utf8')
            try {
              const status = incoming.statusCode ?? 0
              resolve({ status, body: text === '' ? undefined : JSON.parse(text) })
            } catch (error) {
              reject(error)
            }
          })
        },
      )
      outgoing.on('error', reject)
      outgoing.end(content)
    })
  }

  /** Gives the body of an answer that must have this status. */
  async expect(
    status: number,
    method: 'GET' | 'POST' | 'PUT',
    path: string,
    body?: object,
  ): Promise<unknown> {
    const answer = await this.send(method, path, body)
    if (answer.status === status) return answer.body
    throw new Error(
      `${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)} instead of ${status}`,
    )
  }

  [Symbol.dispose](): void {
    this.#agent.destroy()
  }
}

/** The member of this name of a JSON object; `undefined` of anything else. */
export function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null
    ? (value as Readonly<Record<string, unknown>>)[name]
    : undefined
}
