/** How many of the latest acknowledgements percentiles are taken of. */
const latenciesMax = 4096
/** Over how many seconds, each counted alone, the rate is taken. */
const rateSeconds = 5

/** What a simulation has to show for itself at one moment. */
export interface SimulationSnapshot {
  readonly connected: number
  readonly acknowledgedRows: number
  readonly rowsPerSecond: number
  readonly refused: number
  readonly operations: number
  /** Of the latest acknowledgements, in ms; absent before the first. */
  readonly latency?: { readonly p50: number; readonly p99: number }
  /** The latest of what went wrong. */
  readonly lastProblem?: string
}

/** Counts what simulated devices do. Keeps a bounded part of it, however long they live. */
export class SimulationStats {
  readonly #connected = new Set<string>()
  readonly #latencies: number[] = []
  #latencyCount = 0
  /** Rows acknowledged in each of the latest seconds, by their number modulo. */
  readonly #seconds = Array.from({ length: rateSeconds + 1 }, () => ({ second: -1, rows: 0 }))
  #firstSecond: number | undefined
  #acknowledgedRows = 0
  #refused = 0
  #operations = 0
  #lastProblem: string | undefined

  connected(id: string): void {
    this.#connected.add(id)
  }

  disconnected(id: string, reason: string): void {
    this.#connected.delete(id)
    this.#lastProblem = `${id}: ${reason}`
  }

  /** `now` in ms on a clock that never goes back. */
  acknowledged(rows: number, tookMs: number, now: number): void {
    this.#acknowledgedRows += rows
    this.#latencies[this.#latencyCount % latenciesMax] = tookMs
    this.#latencyCount += 1
    const second = Math.floor(now / 1000)
    this.#firstSecond ??= second
    const bucket = this.#seconds[second % this.#seconds.length]
    if (bucket === undefined) return
    if (bucket.second !== second) Object.assign(bucket, { second, rows: 0 })
    bucket.rows += rows
  }

  refused(id: string, text: string): void {
    this.#refused += 1
    this.#lastProblem = `${id}: ${text}`
  }

  operation(): void {
    this.#operations += 1
  }

  snapshot(now: number): SimulationSnapshot {
    const latency = this.#latency()
    return {
      connected: this.#connected.size,
      acknowledgedRows: this.#acknowledgedRows,
      rowsPerSecond: this.#rate(now),
      refused: this.#refused,
      operations: this.#operations,
      ...(latency !== undefined && { latency }),
      ...(this.#lastProblem !== undefined && { lastProblem: this.#lastProblem }),
    }
  }

  /** Of the latest whole seconds, as far back as there is something: the present one is not over. */
  #rate(now: number): number {
    const present = Math.floor(now / 1000)
    const seconds = Math.min(rateSeconds, present - (this.#firstSecond ?? present))
    if (seconds === 0) return 0
    const whole = this.#seconds.filter(
      ({ second }) => second < present && second >= present - rateSeconds,
    )
    return whole.reduce((sum, { rows }) => sum + rows, 0) / seconds
  }

  #latency(): SimulationSnapshot['latency'] {
    if (this.#latencyCount === 0) return undefined
    const sorted = this.#latencies.toSorted((one, other) => one - other)
    return { p50: percentile(sorted, 0.5), p99: percentile(sorted, 0.99) }
  }
}

/** The smallest value that at least this share of all does not exceed. */
function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0
}
