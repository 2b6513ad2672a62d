import { fileURLToPath } from 'node:url'
import { RunningProgram } from '../running-program.ts'
import type { FromGenerator, Login, RequestName, Requests } from './requests.ts'

const mainFile = fileURLToPath(new URL('./main.ts', import.meta.url))

/** Connections that are being opened at the same time, where that is not what is measured. */
const usualParallel = 64

/** The process that plays the devices, as the measurement sees it. */
export class LoadGenerator implements AsyncDisposable {
  readonly #program: RunningProgram
  readonly #progress: (words: string) => void
  #settle: PromiseWithResolvers<Requests[RequestName]['report'] | undefined> | undefined

  private constructor(program: RunningProgram, progress: (words: string) => void) {
    this.#program = program
    this.#progress = progress
    program.child.on('message', (message: FromGenerator) => this.#hear(message))
  }

  get pid(): number {
    return this.#program.pid
  }

  static async start(
    core: number | undefined,
    progress: (words: string) => void,
  ): Promise<LoadGenerator> {
    const program = await RunningProgram.start({
      program: process.execPath,
      args: ['--conditions=@pileus/source', mainFile],
      core,
      hasMessageChannel: true,
    })
    const generator = new LoadGenerator(program, progress)
    await generator.#settled()
    return generator
  }

  /** Does one thing after the other: the next request waits for this report. */
  async request<Name extends RequestName>(
    name: Name,
    parameters: Requests[Name]['parameters'],
  ): Promise<Requests[Name]['report']> {
    const settled = this.#settled()
    this.#program.child.send({ name, parameters })
    return (await settled) as Requests[Name]['report']
  }

  /** Opens connections, and fails if a single one is refused. */
  async connectAll(parameters: {
    readonly host: string
    readonly port: number
    readonly logins: readonly Login[]
    readonly filter?: string
  }): Promise<void> {
    const { host, port, logins, filter } = parameters
    const { accepted, refused } = await this.request('connect', {
      host,
      port,
      logins,
      parallel: usualParallel,
      ...(filter === undefined ? {} : { filter }),
    })
    if (accepted === logins.length) return
    throw new Error(`connections were refused, by code: ${JSON.stringify(refused)}`)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#program[Symbol.asyncDispose]()
  }

  #settled(): Promise<Requests[RequestName]['report'] | undefined> {
    this.#settle = Promise.withResolvers()
    return this.#program.unlessItEnds(this.#settle.promise)
  }

  #hear(message: FromGenerator): void {
    switch (message.kind) {
      case 'ready':
        return this.#settle?.resolve(undefined)
      case 'report':
        return this.#settle?.resolve(message.report)
      case 'progress':
        return this.#progress(message.words)
      case 'failed':
        return this.#settle?.reject(new Error(`load generator: ${message.reason}`))
    }
  }
}
