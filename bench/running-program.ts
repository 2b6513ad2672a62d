import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { undoAtExit } from './leftovers.ts'
import { pinningProgram } from './machine.ts'

export interface ProgramToStart {
  readonly program: string
  readonly args: readonly string[]
  /** Added to our own environment. */
  readonly env?: Readonly<Record<string, string>>
  /** Core that it has to stay on. */
  readonly core?: number | undefined
  /** Opens a channel for messages to a Node program. */
  readonly hasMessageChannel?: boolean
}

/** Longer complaints are cut at their beginning. */
const complaintLengthMax = 4000
const stopTimeoutMs = 15_000

/** A program that we started and will stop. */
export class RunningProgram implements AsyncDisposable {
  readonly child: ChildProcess
  readonly pid: number
  readonly #name: string
  readonly #ended: Promise<void>
  #complaint = ''

  private constructor(child: ChildProcess, pid: number, name: string) {
    this.child = child
    this.pid = pid
    this.#name = name
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#complaint = (this.#complaint + text).slice(-complaintLengthMax)
    })
    const forget = undoAtExit(() => child.kill('SIGKILL'))
    this.#ended = new Promise((resolve) => {
      child.once('close', () => {
        forget()
        resolve()
      })
    })
  }

  static async start(program: ProgramToStart): Promise<RunningProgram> {
    const { core, env, hasMessageChannel = false } = program
    const command = [program.program, ...program.args]
    // It becomes the program, so the process id is that of the program itself.
    const [name = '', ...args] =
      core === undefined ? command : [pinningProgram, '--cpu-list', String(core), ...command]
    const child = spawn(name, args, {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe', ...(hasMessageChannel ? (['ipc'] as const) : [])],
    })
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve)
      child.once('error', reject)
    })
    if (child.pid === undefined) throw new Error(`${name} has no process id`)
    return new RunningProgram(child, child.pid, program.program)
  }

  /** What it wrote to standard error last. */
  get complaint(): string {
    return this.#complaint.trim()
  }

  get hasEnded(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null
  }

  /** Settles when `work` does, or fails when the program ends before. */
  async unlessItEnds<T>(work: Promise<T>): Promise<T> {
    const failure = this.#ended.then((): never => {
      const { exitCode, signalCode } = this.child
      throw new Error(`${this.#name} ended (${signalCode ?? exitCode}): ${this.complaint}`)
    })
    return Promise.race([work, failure])
  }

  /** The first line of standard output that matches; whatever follows is read and dropped. */
  async firstLine(pattern: RegExp): Promise<RegExpExecArray> {
    const { stdout } = this.child
    if (stdout === null) throw new Error(`${this.#name} has no standard output`)
    const found = new Promise<RegExpExecArray>((resolve) => {
      createInterface({ input: stdout }).on('line', (line) => {
        const match = pattern.exec(line)
        if (match !== null) resolve(match)
      })
    })
    return this.unlessItEnds(found)
  }

  /** The first match in what it writes to standard error, or has written before. */
  async firstComplaint(pattern: RegExp): Promise<RegExpExecArray> {
    const { stderr } = this.child
    if (stderr === null) throw new Error(`${this.#name} has no standard error`)
    const found = new Promise<RegExpExecArray>((resolve) => {
      const look = (): void => {
        const match = pattern.exec(this.#complaint)
        if (match === null) return
        stderr.off('data', look)
        resolve(match)
      }
      stderr.on('data', look)
      look()
    })
    return this.unlessItEnds(found)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.hasEnded) this.child.kill('SIGTERM')
    const giveUp = setTimeout(() => this.child.kill('SIGKILL'), stopTimeoutMs)
    await this.#ended
    clearTimeout(giveUp)
  }
}
