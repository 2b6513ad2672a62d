import type { DomainEvent } from '@pileus/domain'
import type { RowOutcome } from '../device-gateway/row-outcome.ts'
import type { PlacedProblem, TracesMessage } from '../device-gateway/session-ports.ts'
import { type Effect, effectOf } from './effects.ts'
import type { WireLimits } from './wire-limits.ts'

type StoryLimits = Pick<
  WireLimits,
  'effectsPerMessage' | 'problemsPerMessage' | 'responsesPerMessage' | 'responseCharacters'
>

/** Who hears how far a message has come. */
export interface StoryKeeper {
  /** Answers are sent for its sake from now on, until `onAnswered`. */
  onAnswering(): void
  onAnswered(): void
  nowMs(): number
}

const effectBytes = 100

/** What became of one message of a device, row by row. */
export class MessageStory implements TracesMessage {
  /** `answered`: all is said. `cut`: its connection ended first. */
  state: 'waiting' | 'answered' | 'cut' = 'waiting'
  problems: readonly PlacedProblem[] = []
  readonly responses: { readonly topic: string; readonly text: string }[] = []
  /** Places of the rows that are answered by a row. */
  replies: number[] = []
  /** By place of the row. */
  effects = new Map<number, Effect[]>()
  /** Whether its rows were performed at all; not those of a repetition. */
  isPerformed = false
  decodeMs: number | undefined
  storeMs: number | undefined
  readonly #keeper: StoryKeeper | undefined
  readonly #limits: StoryLimits
  readonly #receivedMs: number
  #performedMs: number | undefined
  #place = 0
  #effectCount = 0

  constructor(keeper: StoryKeeper | undefined, limits: StoryLimits) {
    this.#keeper = keeper
    this.#limits = limits
    this.#receivedMs = keeper?.nowMs() ?? 0
  }

  /** What it weighs beside the packet. */
  get bytes(): number {
    const responses = this.responses.reduce((sum, { text }) => sum + text.length + 50, 0)
    const problems = this.problems.length * 200
    return this.#effectCount * effectBytes + responses + problems
  }

  started(): void {
    this.isPerformed = true
    this.effects = new Map()
    this.replies = []
    this.#effectCount = 0
    this.#place = 0
  }

  announced(event: DomainEvent): void {
    if (this.#effectCount >= this.#limits.effectsPerMessage) return
    const effect = effectOf(event)
    if (effect === undefined) return
    this.#effectCount++
    const effects = this.effects.get(this.#place)
    if (effects === undefined) this.effects.set(this.#place, [effect])
    else effects.push(effect)
  }

  rowDone(place: number, outcome: RowOutcome): void {
    this.#place = place + 1
    if (outcome?.kind === 'reply' && this.replies.length < this.#limits.responsesPerMessage) {
      this.replies.push(place)
    }
    this.#performedMs = this.#keeper?.nowMs()
  }

  answering(problems: readonly PlacedProblem[]): void {
    this.problems = problems.slice(0, this.#limits.problemsPerMessage)
    const nowMs = this.#keeper?.nowMs() ?? 0
    if (this.#performedMs !== undefined) {
      this.decodeMs = this.#performedMs - this.#receivedMs
      this.storeMs = nowMs - this.#performedMs
    }
    this.#keeper?.onAnswering()
  }

  /** The device is told this because of it. */
  responded(topic: string, text: string): void {
    const { responsesPerMessage, responseCharacters } = this.#limits
    if (this.responses.length >= responsesPerMessage) return
    this.responses.push({ topic, text: text.slice(0, responseCharacters) })
  }

  answered(): void {
    this.state = 'answered'
    this.#keeper?.onAnswered()
  }
}
