import { deferred } from './deferred.ts'
import { DeviceError } from './device-error.ts'

/**
 * Questions that wait for their answers. Answers come in the order of the questions
 * (mqtt-endpoint §5.8) and carry nothing but their own id.
 */
export class Replies {
  readonly #timeoutMs: number
  readonly #waiting = new Map<string, Question[]>()

  constructor(timeoutMs: number) {
    this.#timeoutMs = timeoutMs
  }

  /**
   * The columns of the next row with this id. `ask` is done when the question has arrived. Throws
   * `noReply`, and what `ask` throws.
   */
  async expect(messageId: string, ask: () => Promise<void>): Promise<readonly string[]> {
    const questions = this.#questionsOf(messageId)
    const { promise, resolve, reject } = deferred<readonly string[]>()
    const question: Question = { hasArrived: false, resolve, reject }
    questions.push(question)
    const timer = setTimeout(() => {
      // The place stays: the answer may still come, and is not that of the next question.
      reject(new DeviceError('noReply', `No ${messageId} in ${this.#timeoutMs} ms`))
    }, this.#timeoutMs)
    const arrive = async (): Promise<void> => {
      try {
        await ask()
        question.hasArrived = true
      } catch (error) {
        questions.splice(questions.indexOf(question), 1)
        throw error
      }
    }
    try {
      const [columns] = await Promise.all([promise, arrive()])
      return columns
    } finally {
      clearTimeout(timer)
    }
  }

  /** True if the row was an answer that somebody has asked for. */
  receive([messageId = '', ...columns]: readonly string[]): boolean {
    const question = this.#waiting.get(messageId)?.shift()
    question?.resolve(columns)
    return question !== undefined
  }

  /** The connection is over: what has arrived and was not answered will not be. */
  forget(reason: string): void {
    for (const questions of this.#waiting.values()) {
      const all = questions.splice(0)
      questions.push(...all.filter(({ hasArrived }) => !hasArrived))
      for (const { hasArrived, reject } of all) {
        if (hasArrived) reject(new DeviceError('noReply', reason))
      }
    }
  }

  #questionsOf(messageId: string): Question[] {
    const known = this.#waiting.get(messageId)
    if (known !== undefined) return known
    const created: Question[] = []
    this.#waiting.set(messageId, created)
    return created
  }
}

interface Question {
  hasArrived: boolean
  readonly resolve: (columns: readonly string[]) => void
  readonly reject: (error: DeviceError) => void
}
